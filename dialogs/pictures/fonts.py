"""The letters of every page and picture: DejaVu, which has Ukrainian, as matplotlib brings it."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def fonts() -> Path:
    """The folder of the fonts, found without importing matplotlib: no start waits for it."""
    found = find_spec("matplotlib")
    if found is None:
        raise ModuleNotFoundError("matplotlib")
    return Path(found.origin or "").parent / "mpl-data" / "fonts" / "ttf"
