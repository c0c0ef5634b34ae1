"""`python -m session_lifecycle`."""

import sys

from session_lifecycle._cli import main

sys.exit(main())
