"""Labels of questions and codes as plain words in a language."""

from dialogs.i18n import Translator
from dialogs.survey.markup import plain
from domain.surveys.form import Form, Text
from domain.surveys.message import N_
from domain.surveys.results.chain import chain
from domain.surveys.results.codebook import CALCULATE, Codebook, Variable

Language = str
FULL_CYCLE = N_("Need a complete partnership cycle")


class Labels:
    """The words of a form's codebook in the reader's language ('uk', 'en')."""

    def __init__(self, codebook: Codebook, language: Language) -> None:
        form: Form = codebook.form
        self._codebook = codebook  # whose texts are remembered by identity
        self._languages = (form.language(language), form.default_language)
        self._kept: dict[int, str] = {}
        tr = Translator(language)
        self.title = plain(form.title_in(language))
        self.yes, self.no = tr("Yes"), tr("No")
        cycle = chain(codebook).full_cycle
        self._worked_out = {} if cycle is None else {cycle.name: tr(FULL_CYCLE)}

    def question(self, variable: Variable) -> str:
        """A question's label; its name where it has none, as many calculations."""
        known = self._worked_out.get(variable.name)
        return self._word(variable.label) or known or variable.name

    def brief(self, variable: Variable) -> str:
        """A question without what follows it: “Which links? Choose all.” is “Which links?”."""
        label = self.question(variable)
        asked, mark, more = label.partition("? ")
        return f"{asked}?" if mark and "?" not in more else label

    def code(self, variable: Variable, code: str) -> str:
        """A code's label; the code where it has none, but yes and no of a calculation in words."""
        words = self._word(variable.codes.get(code))
        if not words and variable.type == CALCULATE:
            words = {"yes": self.yes, "no": self.no}.get(code, "")
        return words or code

    def text(self, text: Text | None) -> str:
        """Any text of the form: a group's label, for one."""
        return self._word(text)

    def _word(self, text: Text | None) -> str:
        if text is None:
            return ""
        known = self._kept.get(id(text))  # texts live as long as their form
        if known is None:
            parts = text.parts(*self._languages)
            known = plain("".join(part if isinstance(part, str) else "…" for part in parts))
            known = known.replace("….", "…")
            self._kept[id(text)] = known
        return known
