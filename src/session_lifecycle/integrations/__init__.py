"""The edges: one file a library, none of which is imported before you ask for it."""
