"""A form being answered: who sees what, which values follow, what is refused.

A response is made from plain values (a form, the answers so far, a clock); whoever made it stores
what it says. To throw it away and make it anew, and to go on with it (`revisit`), is the same.

    response = Response(form, answers, repeats, now=now, language=form.language("uk"))
    refusal = response.accept("/data/org/beds", "120")
    store(response.written)

Semantics are JavaRosa's (ODK Collect's): what is not relevant is blank for logic but keeps its
answer; a calculation follows everything that it looks at; a constraint is asked only of an
answer that is not blank. An expression that JavaRosa would stop at leaves its node relevant, not
required, unconstrained or blank, and is listed in `Response.problems`.

Paths are positioned (`/data/links/link[2]/p_name`): one node each.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from domain.surveys.actions import Actions
from domain.surveys.following import following
from domain.surveys.form import Form, Question, Repeat, Text
from domain.surveys.instance import Node
from domain.surveys.logic import Logic, next_instance
from domain.surveys.message import N_, Message
from domain.surveys.moving import Kept
from domain.surveys.tree import MAX_INSTANCES, Entry, Tree, placed, plain_path
from domain.surveys.trial import Failure, failures
from domain.surveys.verdicts import Verdicts
from domain.surveys.wording import Option, Wording
from domain.surveys.xpath import Environment
from domain.surveys.xpath.environment import POOL

__all__ = ["TOO_MANY_INSTANCES", "Entry", "Option", "Response"]

NO_LONGER_ASKED = N_("This question is no longer asked.")
#: steps of all lists together that are shown after one piece of work: 20 of 30,000 places
FOR_LISTS = 10 * POOL
TOO_MANY_INSTANCES = N_("There is room for %(limit)s entries here at most.")


class Response:
    """A response in one moment; `accept`, `clear`, `add_instance` and others move it on.

    - `answers`: texts by path as they were stored, those that do not count now, too; '' is an
      answer that was taken back (where a path is missing, the form's default stands).
    - `repeats`: how many instances each repeat without a count has, by the path of the repeat
      without its own position ('/data/hh[1]/child'); one that is missing has as many as the form
      begins with.
    - `now`: aware; its zone is the zone of all dates.
    - `language`: the form's own name of a language, from `Form.language`.
    - `metadata`: for preloads: 'username', 'deviceid', 'phonenumber', 'email'.
    - `seed`: makes `random()`, `uuid()` and shuffled choices of this response repeatable.

    `answers` and `repeats` are copied; read them back from the response to store them. `written`
    collects what changed since it was made: the answers that were taken and whatever the form
    wrote itself (defaults, `once()`, triggers).
    """

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, str] | None = None,
        repeats: Mapping[str, int] | None = None,
        *,
        now: datetime,
        language: str | None = None,
        metadata: Mapping[str, str] | None = None,
        seed: str = "",
    ) -> None:
        self.form = form
        self.answers = dict(answers or {})
        self.repeats = dict(repeats or {})
        self.written: dict[str, str] = {}
        self._metadata = metadata or {}
        self._tree = Tree(form, self.answers, self.repeats)
        self._environment = Environment(
            self._tree.root,
            form.instances,
            now=now,
            rng=random.Random(),  # noqa: S311 - seeded below, guards nothing
            version=form.version,
        )
        self._logic = Logic(form, self._tree, self._environment, self.answers, seed)
        self._wording = Wording(
            form,
            self._logic,
            self._tree,
            form.default_language if language is None else language,
        )
        self._verdicts = Verdicts(self._logic, self._wording, self._environment)
        self._environment.choice_label = self._wording.choice_label
        self._environment.itext = self._wording.itext
        self._offered: dict[str, list[Option]] = {}  # since the last piece of work
        self._for_lists = FOR_LISTS
        self._actions = Actions(form, self._tree, self._logic, self.answers, self._write)
        self._kept = Kept(form, self.answers, self.repeats, self.written, self._write)
        self._actions.resume()

    # -- what stands

    @property
    def lingers(self) -> bool:
        """Whether one made anew from these answers might have other nodes, of no relevance yet."""
        return self._tree.regrown or self._logic.lingers()

    @property
    def shape(self) -> tuple[int, int]:
        """How often nodes came or went, and how often any became relevant or ceased to be."""
        return self._tree.changes, self._logic.flips

    @property
    def root(self) -> Node:
        """The root of the instance; its nodes are not to be changed."""
        return self._tree.root

    def value(self, path: str) -> str:
        """What logic sees at a path: the text, blank while it is not relevant or not there."""
        node = self._tree.find(path)
        return "" if node is None else node.value()

    def kept(self, path: str) -> str:
        """The text at a path, relevant or not."""
        node = self._tree.find(path)
        return "" if node is None else node.text

    def relevant(self, path: str) -> bool:
        """Whether a node is there and counts; it does not where a group around it does not."""
        node = self._tree.find(path)
        return node is not None and node.relevant

    def required(self, path: str) -> bool:
        """Whether the question at a path must be answered now."""
        node, question = self._tree.find(path), self._question(path)
        return (
            node is not None and question is not None and self._verdicts.required(question, node)
        )

    def readonly(self, path: str) -> bool:
        """Whether the question at a path can only be read now."""
        node, question = self._tree.find(path), self._question(path)
        return (
            node is not None and question is not None and self._verdicts.readonly(question, node)
        )

    def entries(self) -> Iterator[Entry]:
        """Every node in document order: groups, questions, calculations."""
        for node, path, plain in placed(self._tree.root):
            question = self.form.by_path.get(plain)
            yield Entry(
                path=path,
                plain=plain,
                relevant=node.relevant,
                value=node.value(),
                kept=node.text,
                question=question if isinstance(question, Question) else None,
            )

    def missing(self) -> Iterator[str]:
        """The paths of the questions that need an answer and have none, in the form's order."""
        for question in self.form.questions:
            if question.asked and question.bind.required is not None:
                for node in self._tree.at(question.path):
                    if (
                        not node.text
                        and self._verdicts.required(question, node)
                        and not self._verdicts.readonly(question, node)
                    ):
                        yield node.path()

    @property
    def complete(self) -> bool:
        """Whether nothing that is required is missing."""
        return next(self.missing(), None) is None

    @property
    def problems(self) -> Mapping[tuple[str, str], str]:
        """Why expressions could not be evaluated, by path and what they decide."""
        return self._logic.problems

    @property
    def overspent(self) -> list[tuple[str, str]]:
        """Those of the problems that came of a limit of ours, as one that took too many steps."""
        return [key for key in self._logic.problems if key in self._logic.limits]

    def failures(self) -> Iterator[Failure]:
        """What ODK Collect would stop at as it opens the form; the response is of no use then.

        Counted instances are made only later, when Collect comes to them.
        """
        self._begin_anew()
        self._actions.give(self._environment.now, self._metadata)
        self._logic.run(counts=False)
        return failures(self.form, self._tree, self._environment, self._logic.misgiven)

    # -- what is shown

    @property
    def language(self) -> str:
        """The form's language in which labels are shown."""
        return self._wording.language

    @language.setter
    def language(self, language: str) -> None:
        self._wording.language = language
        self.recompute()

    def choices(self, path: str) -> list[Option]:
        """What the select at a path offers now, in order, with labels."""
        if path in self._offered:
            return self._offered[path]
        node, question = self._tree.find(path), self._question(path)
        if node is None or question is None:
            return []
        # Each list has a budget of its own: one press may show several that filter 30,000 places.
        self._environment.refill(self._for_lists)
        granted = self._environment.pool
        options = self._wording.options(question, node)
        self._for_lists -= granted - self._environment.pool
        return self._offered.setdefault(path, options)

    def text(self, text: Text | None, path: str) -> str:
        """A text of the form as Markdown, its outputs filled in; '' where there is none.

        `path` is the node that the text belongs to.
        """
        node = self._tree.find(path)
        return "" if text is None or node is None else self._wording.render(text, node)

    def label(self, path: str) -> str:
        """The label of the question, group or repeat instance at a path."""
        element = self.form.by_path.get(plain_path(path))
        return "" if element is None else self.text(element.label, path)

    def hint(self, path: str) -> str:
        """The hint of the question at a path."""
        question = self._question(path)
        return "" if question is None else self.text(question.hint, path)

    # -- repeats

    def instances(self, repeat: Repeat, parent: str) -> int:
        """How many instances a repeat has under the node at the path `parent`."""
        node = self._tree.find(parent)
        return 0 if node is None else len(node.by_name.get(_name(repeat.path), ()))

    def may_add(self, repeat: Repeat, parent: str) -> bool:
        """Whether a person may add an instance: no count, and a new one would be relevant."""
        node = self._tree.find(parent)
        if node is None or not node.relevant or repeat.count is not None:
            return False
        relevant = repeat.bind.relevant
        return relevant is None or self._logic.boolean(
            relevant, next_instance(repeat.path, node), "relevant", failed=True
        )

    def add_instance(self, repeat: Repeat, parent: str) -> str | None:
        """Add an instance; its path, or None where it may not be added or there are too many."""
        node = self._tree.find(parent)
        if node is None or not self.may_add(repeat, parent):
            return None
        self._begin_work()
        key = f"{parent}/{_name(repeat.path)}"
        removed = self._kept.forget(f"{key}[{self.instances(repeat, parent) + 1}]/")
        for instance in self._tree.resize(repeat.path, node, self.instances(repeat, parent) + 1):
            self.repeats[key] = instance.index
            self._actions.new_instance(repeat.path, instance)
            self._write_defaults(removed)
            if instance.index == 1:  # unlike the one that the form begins with, it holds no others
                self._kept.note_counts(instance)
            self._follow(repeat.path, instance)
            return instance.path()
        return None

    def remove_instance(self, path: str) -> None:
        """Remove an instance of a repeat without a count; the answers of later ones move up."""
        node = self._tree.find(path)
        if node is None or node.parent is None or not node.repeat:
            return
        key, around = path.rpartition("[")[0], node.parent.path()
        instances = node.parent.by_name[node.name]
        last = len(instances)
        for instance in instances[node.index - 1 :]:
            self._kept.note_counts(instance)
        self._begin_work()
        taken_back = set(self.answers)
        for position in range(node.index, last + 1):
            self._kept.move(f"{key}[{position + 1}]/", f"{key}[{position}]/")
        self.repeats[key] = last - 1
        self._tree.replant()
        self._environment.root = self._tree.root
        self._actions.resume()
        self._write_defaults(taken_back - set(self.answers))
        repeat, parent = plain_path(key), self._tree.find(around)
        if parent is not None:
            self._follow(repeat, self._tree.find(path) or next_instance(repeat, parent))

    def _write_defaults(self, paths: Iterable[str]) -> None:
        """Write the form's own texts at paths that were taken back and stand anew."""
        for path in paths:
            text = self.kept(path)
            if text:
                self._write(path, text)

    # -- what is answered

    def accept(self, path: str, value: str) -> Message | None:
        """Take an answer (a code, several joined by spaces, an ISO date …), or say why not.

        A blank value takes the answer back. What is refused changes nothing.
        """
        node, question = self._tree.find(path), self._question(path)
        if node is None or question is None or not node.relevant:
            return Message(NO_LONGER_ASKED)
        self._environment.refill()
        text = self._verdicts.text(question, node, value)
        if isinstance(text, Message):
            return text
        if not text:
            self.clear(path)
            return None
        return self._take(node, path, text)

    def first_refused(self, paths: Iterable[str]) -> tuple[str, Message] | None:
        """The first of these questions that cannot stay as it is, and why; nothing is changed.

        They are one piece of work: a thousand constraints have no more steps than one answer.
        """
        self._environment.refill()
        for path in paths:
            node, question = self._tree.find(path), self._question(path)
            if node is not None and question is not None and node.relevant:
                verdict = self._verdicts.text(question, node, node.text)
                if isinstance(verdict, Message):
                    return path, verdict
        return None

    def clear(self, path: str) -> None:
        """Take an answer back, required or not."""
        node = self._tree.find(path)
        if node is not None:
            self._set(node, path, "")

    def first_load(self) -> None:
        """Let the form write its first values: metadata, dynamic defaults. Once per response."""
        self._begin_anew()
        self._actions.first_load(self._environment.now, self._metadata)

    def finish(self) -> None:
        """Let the form write what it writes at the end: the time of submission."""
        self._begin_work()
        self._actions.finish(self._environment.now)

    def revisit(self, *, now: datetime, language: str, metadata: Mapping[str, str]) -> None:
        """Be as one made anew from these answers at another moment, perhaps for somebody else."""
        environment, before = self._environment, self._environment.now
        again = (
            self.form.order.by_the_clock
            or language != self._wording.language
            or (now.date(), str(now.tzinfo)) != (before.date(), str(before.tzinfo))
        )
        environment.now, environment.zone = now, now.tzinfo or environment.zone
        self._metadata, self._wording.language = metadata, language
        self.written.clear()
        self._begin_work()
        if again:
            self._actions.resume()
        self._logic.settle()

    def recompute(self) -> None:
        """Let everything follow from the answers; needed only where the clock was moved on."""
        self._begin_work()
        self._actions.follow()

    # -- inside

    def _begin_work(self) -> None:
        """Begin a piece of work that may change anything."""
        self._offered.clear()
        self._for_lists = FOR_LISTS
        self._environment.refill()

    def _begin_anew(self) -> None:
        self._begin_work()
        for path in self.written:  # such as once() of what has no default yet
            del self.answers[path]
        self.written.clear()
        self._logic.forget()
        self._tree.replant()
        self._environment.root = self._tree.root

    def _question(self, path: str) -> Question | None:
        element = self.form.by_path.get(plain_path(path))
        return element if isinstance(element, Question) else None

    def _take(self, node: Node, path: str, text: str) -> Message | None:
        """Write an answer, unless it asks for more instances of a repeat than there may be."""
        before = dict(self.answers), dict(self.written), set(self._logic.crowded)
        self._set(node, path, text)
        if self._logic.crowded <= before[2]:
            return None
        self.answers.clear()
        self.answers.update(before[0])
        self.written.clear()
        self.written.update(before[1])
        self._tree.replant()
        self._environment.root = self._tree.root
        self._actions.resume()
        return Message(TOO_MANY_INSTANCES, {"limit": MAX_INSTANCES})

    def _set(self, node: Node, path: str, text: str) -> None:
        """Write an answer and let everything follow: calculations, repeats, triggers."""
        self._begin_work()
        calculated = dict(self._logic.overridden)
        plain, blank = plain_path(path), not text and not node.text
        self._logic.grown.clear()
        self._actions.change(node, plain, text)
        changes = [(plain, node, False), *((*one, True) for one in self._logic.grown)]
        found = () if blank else following(calculated, changes, self._tree, self.form.order)
        for other, result in list(self._logic.overridden.items()):
            if other != path and (calculated.get(other, result) != result or other in found):
                self.clear(other)

    def _follow(self, repeat: str, instance: Node) -> None:
        """Let calculations that follow from an instance that came or went have the last word."""
        changes = [(repeat, instance, True)]
        for one in following(self._logic.overridden, changes, self._tree, self.form.order):
            self.clear(one)

    def _write(self, path: str, text: str) -> None:
        if self.answers.get(path) != text:
            self.answers[path] = self.written[path] = text


def _name(path: str) -> str:
    return path.rpartition("/")[2]
