"""Labels, hints and messages: `<itext>` and the texts written in the body."""

import re
from xml.etree.ElementTree import Element as Xml

from domain.surveys.form import Output, Text
from domain.surveys.xform.expressions import Compiler
from domain.surveys.xform.or_other import in_languages
from domain.surveys.xform.reader import XF

#: pyxform's translation for columns without a language
UNNAMED = "default"
#: pyxform's word for "no translation"
MISSING = "-"
#: forms of an itext that name a file
MEDIA = frozenset({"image", "big-image", "audio", "video"})
_ITEXT = re.compile(r"\s*jr:itext\(\s*['\"](.*)['\"]\s*\)\s*")

Parts = tuple[str | Output, ...]


class Texts:
    """All texts of a form. `languages` are its named ones, `default` the one to fall back to."""

    def __init__(self, model: Xml, compiler: Compiler) -> None:
        self._compiler = compiler
        self._parts: dict[tuple[str, str], dict[str, Parts]] = {}
        self._media: dict[str, dict[str, dict[str, str]]] = {}
        translations = model.findall(f"{XF}itext/{XF}translation")
        names = [translation.get("lang") or UNNAMED for translation in translations]
        self.languages = tuple(name for name in names if name != UNNAMED)
        self.default = next(
            (name for name, xml in zip(names, translations, strict=True) if xml.get("default")),
            names[0] if names else "",
        )
        for name, translation in zip(names, translations, strict=True):
            for text in translation.findall(f"{XF}text"):
                self._read(name, text)

    def _read(self, language: str, text: Xml) -> None:
        key = text.get("id") or ""
        for value in text.findall(f"{XF}value"):
            form = value.get("form") or "long"
            if form in MEDIA:
                media = self._media.setdefault(key, {}).setdefault(language, {})
                media[form] = (value.text or "").rpartition("/")[2].strip()
                continue
            parts = self._content(value, key)
            if parts and parts != (MISSING,):
                variants = self._parts.setdefault((key, form), {})
                variants.setdefault(language, parts)

    def _content(self, element: Xml, path: str) -> Parts:
        parts: list[str | Output] = [element.text or ""]
        for child in element:
            expression = self._compiler.compile(child.get("value"), path, "label")
            if expression is not None:
                parts.append(Output(expression))
            parts.append(child.tail or "")
        if isinstance(parts[0], str):
            parts[0] = parts[0].lstrip()
        if isinstance(parts[-1], str):
            parts[-1] = parts[-1].rstrip()
        return tuple(part for part in parts if part != "")

    def by_id(self, key: str, form: str = "long") -> Text | None:
        """The text of an itext id, in one of its forms ('long', 'guidance')."""
        variants = self._parts.get((key, form))
        media = self._media.get(key) if form == "long" else None
        return None if variants is None and media is None else Text(variants or {}, media or {})

    def of(self, element: Xml | None, form: str = "long") -> Text | None:
        """The text of a `<label>` or `<hint>`."""
        if element is None:
            return None
        reference = _ITEXT.fullmatch(element.get("ref") or "")
        if reference is not None:
            return self.by_id(reference[1], form)
        parts = self._content(element, "") if form == "long" else ()
        return in_languages(Text({"": parts}), self.languages) if parts else None

    def of_attribute(self, value: str | None) -> Text | None:
        """The text of `jr:constraintMsg` or `jr:requiredMsg`."""
        if not value:
            return None
        reference = _ITEXT.fullmatch(value)
        return Text({"": (value,)}) if reference is None else self.by_id(reference[1])

    def labels(self) -> dict[str, Text]:
        """All texts by id; what the items of a choice list name."""
        keys = [key for key, form in self._parts if form == "long"]
        texts = {key: self.by_id(key) for key in dict.fromkeys([*keys, *self._media])}
        return {
            key: in_languages(text, self.languages)
            for key, text in texts.items()
            if text is not None
        }

    def media(self) -> tuple[str, ...]:
        """The names of all files that go with texts."""
        files = (
            name
            for languages in self._media.values()
            for media in languages.values()
            for name in media.values()
        )
        return tuple(dict.fromkeys(name for name in files if name))
