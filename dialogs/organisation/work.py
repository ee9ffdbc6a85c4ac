"""What somebody is in the middle of, in the dialog's data: which organisation, which field."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from aiogram_dialog import DialogManager

from domain.people.profile import Field
from domain.surveys.wording import Option
from storage import organisations
from storage.database import Database
from storage.organisations import Organisation

KEY = "work"


@dataclass
class Work:
    """Making (`setup`) or changing an organisation.

    Until it is made there is a `code` (or none) and a `draft`; then there is an id. `found` are
    the codes that typed words matched, `claim` is what naming the code led to.
    """

    organisation_id: int | None = None
    setup: bool = False
    code: str | None = None
    draft: dict[str, str | None] = field(default_factory=dict)
    asking: str = Field.NAME
    page: int = 0
    found: list[str] | None = None
    claim: str | None = None

    @property
    def current(self) -> Field:
        """The field that is asked for now."""
        return Field(self.asking)

    def ask(self, asked: Field) -> None:
        """Put another question; its options begin at the first page."""
        self.asking, self.page, self.found = asked.value, 0, None

    def found_in(self, options: Sequence[Option]) -> Sequence[int] | None:
        """The positions of the options that typed words matched; None where nothing was typed."""
        if self.found is None:
            return None
        return [place for place, option in enumerate(options) if option.code in self.found]

    async def organisation(self, db: Database) -> Organisation | None:
        """The organisation, once it is made."""
        if self.organisation_id is None:
            return None
        return await organisations.get(db, self.organisation_id)

    @classmethod
    def load(cls, data: dict[str, Any]) -> Self:
        return cls(**data.get(KEY, {}))

    def save(self, data: dict[str, Any]) -> None:
        data[KEY] = asdict(self)


def work_of(manager: DialogManager) -> Work:
    """The work at hand; a change counts once it is saved."""
    return Work.load(manager.dialog_data)


def act(asked: Field, action: str, argument: object = "") -> str:
    """The callback data of a button: it counts only while this field is asked for."""
    return f"{asked.value}/{action}{argument}"
