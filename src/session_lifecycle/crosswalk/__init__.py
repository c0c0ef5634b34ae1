"""What each vendor's word for an ending means in ours.

`translate` answers for one word, `translate_call` for all that a call record offers. Both are
total: a word that no table has is `unknown`, grade `unlisted`, with the word kept. `drift` counts
such words in a production log. A vendor's table is loaded when it is first asked for.
"""

from session_lifecycle.crosswalk._call import translate_call
from session_lifecycle.crosswalk._drift import UnlistedCode, drift
from session_lifecycle.crosswalk._rows import FieldKind
from session_lifecycle.crosswalk._tables import UnknownVendorError, vendors, vocabulary
from session_lifecycle.crosswalk._translate import translate
from session_lifecycle.crosswalk._values import Translation, VendorField, VendorVocabulary
from session_lifecycle.crosswalk._vcon_disposition import VconDisposition, to_vcon

__all__ = [
    "FieldKind",
    "Translation",
    "UnknownVendorError",
    "UnlistedCode",
    "VconDisposition",
    "VendorField",
    "VendorVocabulary",
    "drift",
    "to_vcon",
    "translate",
    "translate_call",
    "vendors",
    "vocabulary",
]

# One canonical path, for tracebacks and for pickles that outlive a module's name.
for _public in (
    Translation,
    UnknownVendorError,
    UnlistedCode,
    VconDisposition,
    VendorField,
    VendorVocabulary,
    drift,
    to_vcon,
    translate,
    translate_call,
    vendors,
    vocabulary,
):
    _public.__module__ = __name__
del _public
