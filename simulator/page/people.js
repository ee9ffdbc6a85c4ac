/** Who can be played: the list, a new person, a person's details. */

import { addPerson, changePerson } from "/page/api.js";
import { askForm, field } from "/page/dialogs.js";
import { byId, el, fillAvatar, fullName } from "/page/dom.js";
import { language, t } from "/page/i18n.js";
import { complain } from "/page/notices.js";

const LANGUAGES = ["uk", "en", "ca", "de", "es", "fr", "nb", "pl"];

export function showPeople(people, currentId, onChoose) {
  const rows = people.map((person) => {
    const hint = person.role_hint?.[language()] ?? (person.username ? `@${person.username}` : "");
    return el(
      "li",
      {},
      el(
        "button",
        {
          type: "button",
          class: "person",
          "aria-current": person.id === currentId ? "true" : null,
          onclick: () => onChoose(person.id),
        },
        fillAvatar(el("span", { class: "avatar", "aria-hidden": "true" }), person.id, fullName(person)),
        el(
          "span",
          { class: "person-about" },
          el("span", { class: "person-name" }, fullName(person)),
          el("span", { class: "person-hint" }, hint),
        ),
        person.language_code
          ? el("span", { class: "person-language", title: languageName(person.language_code) }, person.language_code)
          : null,
      ),
    );
  });
  byId("people-list").replaceChildren(...rows);
}

function languageName(code) {
  const name = new Intl.DisplayNames([language()], { type: "language" }).of(code);
  return name[0].toLocaleUpperCase(language()) + name.slice(1);
}

function detailFields(person) {
  const input = (attributes) => el("input", { autocomplete: "off", maxlength: 64, ...attributes });
  const codes = new Set([...LANGUAGES, person.language_code].filter(Boolean));
  const options = [...codes].map((code) =>
    el("option", { value: code, selected: code === person.language_code }, languageName(code)));
  return [
    field("first_name", t("people.first_name"), input({ value: person.first_name, required: true })),
    field("last_name", t("people.last_name"), input({ value: person.last_name })),
    field("username", t("people.username"), input({ value: person.username, maxlength: 32, pattern: "[A-Za-z][A-Za-z0-9_]{4,}" })),
    field("language_code", t("people.language"), el(
      "select", {}, ...options,
      el("option", { value: "", selected: !person.language_code }, t("people.no_language")),
    )),
  ];
}

/** The person that was made, or null. */
export async function askNewPerson() {
  const blank = { first_name: "", last_name: "", username: "", language_code: language() };
  const details = await askForm(t("people.new"), t("dialog.save"), detailFields(blank));
  return details && saved(() => addPerson(details));
}

/** The person as it is now, or null if nothing was saved. */
export async function askDetails(person) {
  const details = await askForm(t("people.edit"), t("dialog.save"), detailFields(person));
  return details && saved(() => changePerson(person.id, details));
}

async function saved(save) {
  try {
    return await save();
  } catch (error) {
    complain(error);
    return null;
  }
}
