"""Event files made to harm: each is refused with a sentence, in no time."""

import pytest

from domain.events.definition import DefinitionError, parse

LAUGHS = "a0: &a0 [lol, lol]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
FIELDS = ["title", "zone", "unheard_of"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    "value",
    [
        "*a11",
        "[" * 900 + "]" * 900,
        "&y [*y]",
        "9" * 10_000,
        "!!python/object/apply:os.system [id]",
        "2026-01-01 00:00:00+99:99",
        "1e999",
        '"\\ud800"',
        "\x00",
    ],
)
def test_a_hostile_event_file_is_refused(field: str, value: str) -> None:
    with pytest.raises(DefinitionError):
        parse(f"{LAUGHS if value == '*a11' else ''}{field}: {value}\n")
