"""Pages as PDF: what a page is filled with stands beside it as JSON."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path


def typeset(
    page: Path,
    data: str,
    files: Mapping[str, bytes] | None = None,
    fonts: Sequence[Path] = (),
) -> bytes:
    """A page of Typst as PDF. It reads `data`, JSON, from `data.json`, and `files` by their names.

    `fonts` are folders of fonts beside those that Typst brings; those of the machine are not used.
    """
    import typst  # rarely needed: no start waits for it

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, content in (files or {}).items():
            (root / name).write_bytes(content)
        (root / "data.json").write_text(data, encoding="utf-8")
        (root / page.name).write_text(page.read_text(encoding="utf-8"), encoding="utf-8")
        made: bytes = typst.compile(
            str(root / page.name),
            root=folder,
            font_paths=[str(one) for one in fonts],
            ignore_system_fonts=True,
        )
    return made
