"""What the pages say is so: commands, settings, paths and links exist."""

import re
from pathlib import Path

import pytest
import typer
from pydantic_core import PydanticUndefined

from bot.cli import app
from bot.settings import Settings
from tests.docs.pages import PAGES, ROOT, prose, read, table

COMMAND = re.compile(r"\blanka ([a-z-]+(?: [a-z-]+)?)")
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
ROOM = re.compile(
    r"`((?:bot|dialogs|storage|domain|simulator|content|locales|tests|docs)/[\w./-]*)`"
)


def program() -> dict[str, list[str]]:
    """Every command of `lanka` with its options, as `survey check` → `--json`."""

    def walk(command: object, name: str) -> dict[str, list[str]]:
        inner = getattr(command, "commands", None)
        if inner:
            found = [walk(sub, f"{name} {key}".strip()) for key, sub in inner.items()]
            return {key: options for commands in found for key, options in commands.items()}
        params = getattr(command, "params", [])
        return {name: [option for param in params for option in param.opts]}

    return walk(typer.main.get_command(app), "")


def targets() -> set[str]:
    """The Makefile's targets for people."""
    phony = re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)
    assert phony is not None
    return set(phony[1].split())


@pytest.mark.parametrize("page", PAGES)
def test_make_targets_exist(page: str) -> None:
    named = set(re.findall(r"`make (\w+)`|^make (\w+)", read(page), re.MULTILINE))
    assert {a or b for a, b in named} <= targets()


def test_contributing_names_every_target() -> None:
    named = {
        cells[0].strip("`").removeprefix("make ") for cells in table("CONTRIBUTING.md", "Commands")
    }
    assert named == targets()


@pytest.mark.parametrize("page", [*PAGES, "Dockerfile"])
def test_commands_exist(page: str) -> None:
    known = program()
    text = read(page).replace('"python", "-m", "bot", "', "lanka ")
    for code in re.findall(r"`(?:\.venv/bin/)?(lanka [^`]+)`|(lanka health)", text):
        words = COMMAND.search(code[0] or code[1])
        assert words is not None
        assert words[1] in known or words[1].split()[0] in known, code


def test_the_readme_lists_every_command_with_its_options() -> None:
    known, listed = program(), {}
    for cells in table("README.md", "Commands"):
        line = cells[0].strip("`").removeprefix("lanka ")
        name = re.split(r" [\[A-Z-]", line, maxsplit=1)[0]
        listed[name] = re.findall(r"--[a-z-]+", line)
    assert listed.keys() == known.keys()
    for name, options in listed.items():
        assert set(options) <= set(known[name]), name


def test_the_configuration_table_is_that_of_the_settings() -> None:
    expected = {}
    for name, field in Settings.model_fields.items():
        default = field.default
        empty = default in (PydanticUndefined, None, frozenset())
        expected[f"`{name.upper()}`"] = "–" if empty else f"`{str(default).rstrip('/')}`"
    assert {cells[0]: cells[1] for cells in table("README.md", "Configuration")} == expected


@pytest.mark.parametrize("page", PAGES)
def test_relative_links_lead_somewhere(page: str) -> None:
    for link, source in LINK.findall(prose(page)):
        target, _, anchor = (link or source).partition("#")
        if "://" in target:
            continue
        file = (ROOT / page).parent / target if target else ROOT / page
        assert file.exists(), f"{page}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {heading.lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_paths_in_the_project_exist(page: str) -> None:
    for path in ROOM.findall(prose(page)):
        assert (ROOT / path).exists(), f"{page}: {path}"


def test_pictures_are_small() -> None:
    for picture in Path(ROOT / "docs/images").iterdir():
        assert picture.stat().st_size < 200_000, picture.name
