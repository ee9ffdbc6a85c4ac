"""Who looks at results: their language, their numbers, and today."""

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date
from babel.numbers import format_decimal

from dialogs.exports.labels import Labels
from dialogs.i18n import Translator
from domain.surveys.results.codebook import Codebook, Variable

MOST_NAMES = 6  # of hidden groups that are listed one by one
NARROW = "\u00a0"


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of pictures and reports about one form."""

    tr: Translator
    labels: Labels
    now: datetime

    @classmethod
    def of(cls, codebook: Codebook, tr: Translator, now: datetime) -> "Reader":
        """A reader of a form's results."""
        return cls(tr, Labels(codebook, tr.language), now)

    def percent(self, share: float) -> str:
        """72 % in Ukrainian, 72% in English; 0 and 100 only where that is exact."""
        whole = int(share * 100 + 0.5)
        if 0 < share < 0.005:
            whole = 1
        elif 0.995 <= share < 1:
            whole = 99
        return f"{whole}{NARROW if self.tr.language == 'uk' else ''}%"

    def number(self, value: float, digits: int = 1) -> str:
        """A number with so many digits at most."""
        return self.tr.number(round(value, digits))

    def mean(self, value: float, digits: int = 1) -> str:
        """A mean with so many digits always, so that means beside each other are alike."""
        pattern = f"#,##0.{'0' * digits}"
        return str(format_decimal(round(value, digits), pattern, locale=self.tr.locale))

    def day(self, moment: datetime) -> str:
        """The day of a moment where the reader is: “26 November 2026”."""
        locale = "en_GB" if self.tr.language == "en" else self.tr.locale
        return str(format_date(moment.astimezone(self.tr.zone).date(), "long", locale=locale))

    def quoted(self, words: str) -> str:
        """Words in the quotation marks of the language."""
        return f"«{words}»" if self.tr.language == "uk" else f"“{words}”"

    def about(self, answered: int) -> str:
        """How many answered, and today's date: what stands on every picture."""
        people = self.tr.plural("%(n)s response", "%(n)s responses", answered)
        return f"n = {self.tr.number(answered)} ({people}) · {self.day(self.now)}"

    def instances(self, answered: int) -> str:
        """The same for what was told several times in a response."""
        return f"n = {self.tr.number(answered)} · {self.day(self.now)}"

    def hidden(self, variable: Variable, codes: frozenset[str]) -> str:
        """Which groups are hidden and why; nothing where none is."""
        if not codes:
            return ""
        if len(codes) > MOST_NAMES:
            return self.tr.plural(
                "%(n)s group is hidden, so that none of fewer than five can be told.",
                "%(n)s groups are hidden, so that none of fewer than five can be told.",
                len(codes),
            )
        names = ", ".join(self.labels.code(variable, code) for code in sorted(codes))
        return self.tr(
            "Hidden, so that no group of fewer than five can be told: %(names)s.", names=names
        )
