"""Who is in the world: the people that one can play, and the bots that called in."""

from dataclasses import dataclass, field

from simulator.errors import Json


@dataclass(slots=True)
class Person:
    """A Telegram account that somebody plays. `role_hint`: for the page's picker, uk and en."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    role_hint: dict[str, str] | None = None

    def named(self) -> Json:
        """The fields that a user and a private chat share; empty ones are left out."""
        names = {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "username": self.username,
        }
        return {"id": self.id} | {key: value for key, value in names.items() if value}

    def user(self) -> Json:
        """As the Bot API shows a User."""
        language = {"language_code": self.language_code} if self.language_code else {}
        return {**self.named(), "is_bot": False, **language}

    def chat(self) -> Json:
        """The private Chat with this person, as a bot sees it."""
        return {**self.named(), "type": "private"}

    @property
    def phone_number(self) -> str:
        return f"+38050{self.id:07d}"


def first_people() -> list[Person]:
    """Those whom a fresh world begins with."""
    return [
        Person(
            1001, "Олена", "Коваль", "olena_koval", "uk",
            {"uk": "керує лікарнею", "en": "hospital manager"},
        ),
        Person(
            1002, "Андрій", "Бондар", "andrii_bondar", "uk",
            {"uk": "мале підприємство, виробник", "en": "small business, manufacturer"},
        ),
        Person(
            1003, "Sofía", "Martí", "sofia_marti", "en",
            {"uk": "організаторка, менеджерка кластера", "en": "organiser, cluster manager"},
        ),
    ]  # fmt: skip


@dataclass(slots=True)
class Bot:
    """A bot, registered by its first call. Texts are by language, "" for all others."""

    id: int
    secret: str
    username: str
    first_name: str
    last_message_id: int = 0
    last_update_id: int = 0
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[str, list[Json]] = field(default_factory=dict)
    menu_buttons: dict[str, Json] = field(default_factory=dict)
    webhook: Json | None = None
    allowed_updates: list[str] = field(default_factory=list)

    def user(self) -> Json:
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.names.get("", self.first_name),
            "username": self.username,
        }

    def commands_for(self, person: Person) -> list[Json]:
        """The commands that the person's menu shows: the narrowest scope, then the language."""
        for scope in (f"chat/{person.id}", "all_private_chats", "default"):
            for language in (person.language_code, ""):
                if found := self.commands.get(f"{scope}|{language}"):
                    return found
        return []


def in_language(texts: dict[str, str], language: str) -> str:
    """The text for a language, or the one for all others."""
    return texts.get(language) or texts.get("", "")
