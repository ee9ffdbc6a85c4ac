"""Finding articles: words in any shape, names, likeness, and what speaks against an answer."""

import time

import pytest

from domain.funding.search.finder import Finder
from domain.funding.search.index import Source, Text
from domain.funding.search.intent import guess_language, is_definition, is_greeting, section_of
from domain.funding.search.rescue import Rescuer, cyrillic
from domain.funding.search.thesaurus import make_thesaurus
from domain.funding.search.words import lemma, stem, words

THESAURUS, _ = make_thesaurus(
    {
        "same": [
            ["лікарня", "клініка", "hospital", "clinic"],
            ["грант", "grant", "гроші", "money"],
        ],
        "subject": ["грант фінансування grant funding"],
        "elsewhere": {"weather": ["погода", "weather"], "us": ["National Institutes of Health"]},
    }
)
SOURCES = [
    Source(
        "eic-accelerator",
        ("EIC Accelerator", "Акселератор ЄІР"),
        ("Чи може компанія подаватися сама?",),
        (Text("what", "en", "A grant for one company with a breakthrough product."),),
    ),
    Source(
        "interreg-next",
        ("Interreg NEXT", "Інтеррег"),
        ("Які області можуть брати участь?",),
        (Text("what", "uk", "Транскордонні гранти для лікарень і громад на кордоні."),),
        ("швидка допомога для сусіднього повіту", "ambulance shared with neighbours"),
    ),
    Source(
        "horizon-europe",
        ("Horizon Europe", "Горизонт Європа"),
        (),
        (Text("what", "uk", "Гранти на спільні дослідження здоров’я."),),
    ),
]


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder(SOURCES, THESAURUS)


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("лікарнями", "лікарня"),
        ("Здоров'я", "здоровя"),
        ("здоров’я", "здоровя"),
        ("здоровя", "здоровя"),
        ("hospitals", "hospital"),
        ("підприємців", "підприємець"),
        ("якшо", "якщо"),
        ("патфайндера", "патфайндер"),
    ],
)
def test_forms_of_a_word_are_one_term(typed: str, term: str) -> None:
    assert [lemma(word) for word in words(typed)] == [term]


def test_letters_of_the_other_script_are_mended() -> None:
    assert list(words("гpaнт")) == ["грант"]  # Latin p and a
    assert list(words("EIС")) == ["eic"]  # Cyrillic С


def test_relatives_share_a_stem() -> None:
    assert stem("партнерство") == stem("партнерський") == "~партнер"
    assert stem("ЄС") == ""


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("kliniku", "клініка"),
        ("hrant", "грант"),
        ("uhfyn", "грант"),  # the English layout
        ("фссудукфещк", "accelerator"),  # the Ukrainian one
        ("акселиратор", "акселератор"),
        ("acelerator", "accelerator"),
        ("ЕІС", "eic"),
    ],
)
def test_slips_are_understood(typed: str, term: str) -> None:
    rescuer = Rescuer({"клініка", "грант", "accelerator", "акселератор", "eic"})
    [word] = words(typed)
    found, certainty = rescuer.rescue(word)
    assert found == term
    assert certainty > 0


@pytest.mark.parametrize("word", ["laundry", "погода", "xyzzy", "grand"])
def test_words_of_the_dictionary_are_no_slips(word: str) -> None:
    rescuer = Rescuer({"launder", "нагода", "грант", "grant"})
    assert rescuer.rescue(word)[1] == 0


def test_a_stranger_is_not_corrected_into_a_term_of_ours() -> None:
    assert Rescuer({"grants"}, {"granta"}).rescue("granta") == ("granta", 0.0)


def test_spellings_in_latin_letters() -> None:
    assert "шпиталь" in set(cyrillic("shpytal"))
    assert "щеплення" in set(cyrillic("shcheplennia"))
    assert list(cyrillic("€")) == []


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("EIC", "eic-accelerator"),
        ("акселератора ЄІР для компанії", "eic-accelerator"),
        ("грант клініці на кордоні", "interreg-next"),
        ("yak otrymaty hrant na kliniku", "interreg-next"),
        ("hospital money", "interreg-next"),
        ("яким областям можна брати участь", "interreg-next"),
        ("Horizont Europe", "horizon-europe"),
        ("an ambulance for our neighbours", "interreg-next"),
        ("купити швидку", "interreg-next"),
    ],
)
def test_the_best_article_is_first(finder: Finder, question: str, article: str) -> None:
    assert finder.find(question).found[0].id == article


def test_signs_tell_what_is_known(finder: Finder) -> None:
    ours = finder.find("грант для лікарні").signs
    assert (ours.unknown, ours.elsewhere) == (0, 0)
    assert ours.coverage == pytest.approx(1.0)
    assert ours.subject == 1
    other = finder.find("яка погода").signs
    assert (other.unknown, other.elsewhere, other.coverage) == (1, 1, 0.0)
    assert finder.find("National Institutes of Health grant").signs.elsewhere == 1


def test_a_name_that_is_an_ordinary_word_proves_little(finder: Finder) -> None:
    assert finder.find("Інтеррег для нас").signs.name == 1.0
    assert finder.find("").found == ()


def test_the_question_people_ask_is_found(finder: Finder) -> None:
    findings = finder.find("чи може компанія подаватися сама")
    asked, likeness = findings.nearest["eic-accelerator"]
    assert asked == "Чи може компанія подаватися сама?"
    assert likeness == pytest.approx(1.0, abs=0.01)


def test_no_articles_find_nothing() -> None:
    assert Finder([], THESAURUS).find("грант").found == ()


@pytest.mark.parametrize(
    ("content", "where", "what"),
    [
        ([], "file", "expects the lists"),
        ({"samee": []}, "samee", "no such list"),
        ({"same": "x"}, "same", "expects a list of groups"),
        ({"same": [["a", "b"], "b"]}, "same: group 2", "list of words"),
        ({"same": [["grant"]]}, "same: group 1", "two words or more"),
        ({"same": [["grant", None]]}, "same: group 1", "None is no text"),
        ({"same": [["grant", "!?", "money"]]}, "same: group 1", "'!?' has no word"),
        ({"subject": ["grant", "grant"]}, "subject", "'grant' stands twice"),
        ({"elsewhere": []}, "elsewhere", "under a name"),
        ({"elsewhere": {"us": "NIH"}}, "elsewhere: us", "list of words"),
    ],
)
def test_what_is_wrong_in_the_lists_is_named(content: object, where: str, what: str) -> None:
    _, problems = make_thesaurus(content)
    assert any(place == where and what in message for place, message in problems), problems


def test_what_is_right_in_a_broken_list_counts() -> None:
    made, problems = make_thesaurus(
        {"same": [["гроші", "money"], "oops"], "elsewhere": 7, "subject": ["grant"]}
    )
    assert [where for where, _ in problems] == ["same: group 2", "elsewhere"]
    assert list(made.concepts_in(["money"])) == list(made.concepts_in(["гроші"])) != []
    assert "grant" in made.ours


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("скільки грошей дає EIC", "amount"),
        ("how much is it", "amount"),
        ("чи може лікарня податися", "who"),
        ("can a clinic apply", "who"),
        ("як отримати PIC", "apply"),
        ("steps to register", "apply"),
        ("на що можна витратити грант", "pays"),
        ("що таке TRL", "what"),
        ("EEN", "what"),
    ],
)
def test_the_form_of_a_question_chooses_the_section(question: str, section: str) -> None:
    assert section_of(question) == section


@pytest.mark.parametrize("text", ["Привіт!", "hello", "Добрий день", "дякую", "👋", "Hi Lanka"])
def test_greetings(text: str) -> None:
    assert is_greeting(text)


@pytest.mark.parametrize("text", ["привіт, чи є гранти", "hello grants", "", "як", "EIC"])
def test_what_is_more_than_a_greeting(text: str) -> None:
    assert not is_greeting(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("чи є гроші", "uk"),
        ("EIC гроші", "uk"),
        ("yak otrymaty grant na kliniku", "uk"),
        ("how to get a grant", "en"),
        ("EIC", "en"),
    ],
)
def test_the_language_of_a_question(text: str, language: str) -> None:
    assert guess_language(text) == language


def test_ukrainian_in_latin_letters_is_read_as_such(finder: Finder) -> None:
    signs = finder.find("yak otrymaty hrant na kliniku").signs
    assert (signs.content, signs.unknown) == (3, 1)  # "yak" is no animal; отримати is not in these


@pytest.mark.parametrize("text", ["а що таке PIC?", "шо то таке TRL", "What is a PIC?", "що це"])
def test_what_something_is(text: str) -> None:
    assert is_definition(text)


@pytest.mark.parametrize("text", ["чи треба PIC?", "what is the rate for a hospital in Horizon?"])
def test_what_is_more_than_what_something_is(text: str) -> None:
    assert not is_definition(text)


@pytest.mark.parametrize("word", ["твининг", "твінинг", "твіннинг"])
def test_letters_that_sound_alike_make_no_other_word(word: str) -> None:
    assert Rescuer({"твінінг", "ринок"}).rescue(word)[0] == "твінінг"


@pytest.mark.parametrize("word", ["x", "shchyie", "х", "\u0301", "👩‍👩‍👧‍👦"])
def test_a_word_without_end_is_no_slip_and_costs_little(finder: Finder, word: str) -> None:
    begun = time.process_time()
    found = finder.find(word * (1_000_000 // len(word)))
    assert time.process_time() - begun < 2.0  # minutes, and gigabytes, before words had an end
    assert not found.found
