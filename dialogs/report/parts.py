"""The report's parts as plain data for the page: words, pictures, lists, tables."""

from collections.abc import Sequence
from typing import Any

from dialogs.pictures.charts import draw
from dialogs.pictures.kinds import Picture

Part = dict[str, Any]


def text(words: str) -> Part:
    """A paragraph."""
    return {"kind": "text", "text": words}


def remark(words: str) -> Part:
    """A paragraph in small letters."""
    return {"kind": "remark", "text": words}


def items(words: Sequence[str]) -> Part:
    """A list."""
    return {"kind": "list", "items": list(words)}


def quotes(words: Sequence[str]) -> Part:
    """What people wrote."""
    return {"kind": "quotes", "items": list(words)}


def facts(pairs: Sequence[tuple[str, str]]) -> Part:
    """Large numbers side by side, each with its words."""
    return {"kind": "facts", "items": [{"number": n, "words": words} for n, words in pairs]}


def table(header: Sequence[str], rows: Sequence[Sequence[str]], columns: Sequence[int]) -> Part:
    """A table; `columns` are their widths in proportion."""
    found = [list(row) for row in rows]
    return {"kind": "table", "header": list(header), "rows": found, "columns": list(columns)}


def image(picture: Picture | None, width: float = 9.5) -> list[Part]:
    """A picture so many centimetres wide; nothing where the form has none."""
    if picture is None:
        return []
    return [{"kind": "image", "picture": picture, "width": width, "alt": picture.head.title}]


def files(sections: list[dict[str, Any]]) -> dict[str, bytes]:
    """Draw the pictures of all sections, and put their files' names in their places."""
    made: dict[str, bytes] = {}

    def keep(picture: Picture) -> dict[str, str]:
        name = f"{len(made)}.png"
        made[name] = draw(picture)
        return {"file": name, "alt": picture.head.title}

    for section in sections:
        for part in section["parts"]:
            if part["kind"] == "image":
                part.update(keep(part.pop("picture")))
    return made
