"""Names that were meant: misspelt, in other case, or with a Cyrillic letter that looks Latin."""

import difflib
from collections.abc import Iterable

from domain.surveys.message import N_, Message

MEANT = N_("Did you mean “%(name)s”?")
CYRILLIC = N_("“%(name)s” mixes Cyrillic and Latin letters that look alike; type it anew.")

_ALIKE = str.maketrans("АВЕЗІКМНОРСТУХаеіорсухї", "ABE3IKMHOPCTYXaeiopcyxi")


def is_mixed(text: str) -> bool:
    """Whether a word has Latin letters and Cyrillic ones that look like Latin ones."""
    latin = any("a" <= char.lower() <= "z" for char in text)
    return latin and text.translate(_ALIKE) != text


def suggestion(name: str, known: Iterable[str]) -> Message | None:
    """A hint for a name that is not known."""
    if is_mixed(name):
        return Message(CYRILLIC, {"name": name})
    folded = {_fold(one): one for one in known if one}
    close = difflib.get_close_matches(_fold(name), folded, n=1, cutoff=0.7)
    return Message(MEANT, {"name": folded[close[0]]}) if close else None


def _fold(name: str) -> str:
    return name.translate(_ALIKE).casefold().replace("-", "_").replace(" ", "_")
