"""How a word of ours may be spelled: in any case, and joined by more than `_`."""

_SEPARATORS = str.maketrans("-./:", "    ")


def normal_forms(text: str) -> tuple[str, ...]:
    """The normalised text; and, where that differs, the same with its camelCase split first."""
    text = text.strip()
    plain = joined(text.casefold())
    split = joined(_split_camel(text).casefold())
    return (plain,) if plain == split else (plain, split)


def joined(text: str) -> str:
    """Text with every run of joints between its words made one `_`."""
    spaced = text.translate(_SEPARATORS)
    if spaced != spaced.strip():
        return ""  # A separator at either end is a "_" of its own there, and no word has one.
    return "_".join(spaced.split())


def _split_camel(text: str) -> str:
    parts: list[str] = []
    before = " "
    for here, after in zip(text, text[1:] + " ", strict=False):
        # A capital opens a word after a small letter or digit, and at the end of an acronym.
        if here.isupper() and (
            before.islower() or before.isdigit() or (before.isupper() and after.islower())
        ):
            parts.append("_")
        parts.append(here)
        before = here
    return "".join(parts)
