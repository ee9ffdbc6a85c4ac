"""All articles of a folder. A file that is broken is named, and never takes the others down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.funding.article import Article, ArticleError, Fault, parse
from domain.funding.search.thesaurus import Thesaurus, read_thesaurus

THESAURUS = "search.yaml"


@dataclass(frozen=True, slots=True)
class Library:
    """The articles by id, in the order of their ids, and what is wrong with the other files."""

    articles: Mapping[str, Article]
    faults: Sequence[Fault] = ()


def load_thesaurus(folder: Path) -> tuple[Thesaurus, list[Fault]]:
    """What means the same, from `search.yaml`, and what is wrong there."""
    found, problems = read_thesaurus(folder / THESAURUS)
    return found, [Fault(THESAURUS, where, message) for where, message in problems]


def load(folder: Path) -> Library:
    """Read every `*.md` of a folder."""
    articles: dict[str, Article] = {}
    faults: list[Fault] = []
    for file in sorted(folder.glob("*.md")):
        try:
            article = parse(file.read_text(encoding="utf-8"), file.name)
        except ArticleError as error:
            faults += error.faults
        except UnicodeDecodeError:
            faults.append(Fault(file.name, "file", "is not a text in UTF-8"))
        except OSError as error:
            faults.append(Fault(file.name, "file", f"cannot be read: {error.strerror}"))
        else:
            articles[article.id] = article
    return Library(articles, faults)
