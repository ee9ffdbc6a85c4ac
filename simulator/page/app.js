/**
 * The page as a whole: who is played, in which chat, and the address that says so.
 *
 * `/?person=1001&bot=42&start=payload`: each part is optional. `start` is run once and then taken
 * out of the address, so that reloading the page does not run it again.
 */

import { listBots, listPeople } from "/page/api.js";
import { Chat } from "/page/chat.js";
import { keepRelativeFresh } from "/page/dates.js";
import { byId, el } from "/page/dom.js";
import { icon } from "/page/icons.js";
import { setLanguage, t } from "/page/i18n.js";
import { complain, toast } from "/page/notices.js";
import { askDetails, askNewPerson, showPeople } from "/page/people.js";
import { applyTheme, nextTheme, themeIcon, themeLabel } from "/page/theme.js";

const RETRY = 2000;
const DEFAULT_TITLE = "Telegram";

let people = [];
let bots = [];
let chat = null;

function address() {
  const parts = new URLSearchParams(location.search);
  const number = (name) => (/^\d+$/.test(parts.get(name) ?? "") ? Number(parts.get(name)) : null);
  return { person: number("person"), bot: number("bot"), start: parts.get("start") };
}

function go(changes, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", `/?${query(changes)}`);
  show();
}

/** The address's parts with some changed; null leaves one out. */
function query(changes) {
  const parts = Object.entries({ ...address(), ...changes }).filter(([, value]) => value !== null);
  return new URLSearchParams(parts);
}

/** Make the page what its address says. */
function show() {
  const { person: id, bot, start } = address();
  const person = people.find((one) => one.id === id) ?? null;
  chat?.close();
  chat = null;
  setLanguage(person?.language_code ?? navigator.language);
  showPeople(people, id, (chosen) => go({ person: chosen }));
  showTheme();
  showBots(bot);
  byId("frame").dataset.view = person ? "chat" : "people";
  byId("chat").hidden = !person;
  byId("nobody").hidden = Boolean(person);
  if (!person) {
    document.title = DEFAULT_TITLE;
    return;
  }
  chat = new Chat(person, bot, { onEditPerson: () => edit(person), onLost: lost });
  if (start !== null) history.replaceState(null, "", `/?${query({ start: null })}`);
  chat.open(start);
}


/** A simulator without a memory may come back without the person; a bot may have come meanwhile. */
async function lost(error) {
  if (error.status !== 404) return;
  try {
    people = await listPeople();
    await refreshBots();
  } catch {
    return; // it is gone again; the chat goes on trying
  }
  if (!people.some((one) => one.id === address().person)) go({ person: null }, { replace: true });
}

async function edit(person) {
  const changed = await askDetails(person);
  if (!changed) return;
  people = people.map((one) => (one.id === changed.id ? changed : one));
  show();
}

async function addPerson() {
  const person = await askNewPerson();
  if (!person) return;
  people.push(person);
  go({ person: person.id });
}

async function refreshBots() {
  bots = await listBots();
  showBots(address().bot);
}

/** With one bot there is nothing to choose. */
function showBots(current) {
  byId("bot-choice").hidden = bots.length < 2;
  byId("bots").replaceChildren(
    ...bots.map((bot) =>
      el("option", { value: bot.id, selected: bot.id === current }, `${bot.first_name} (@${bot.username})`)),
  );
}

function showTheme() {
  const button = byId("theme");
  button.replaceChildren(icon(themeIcon()));
  button.title = themeLabel();
  button.setAttribute("aria-label", themeLabel());
}

async function begin() {
  applyTheme();
  setLanguage(navigator.language);
  for (const node of document.querySelectorAll("[data-icon]")) node.prepend(icon(node.dataset.icon));
  byId("theme").addEventListener("click", () => {
    nextTheme();
    showTheme();
  });
  byId("back").addEventListener("click", () => go({ person: null }));
  byId("new-person").addEventListener("click", () => addPerson().catch(complain));
  byId("bots").addEventListener("change", (event) => go({ bot: Number(event.target.value) }));
  addEventListener("popstate", show);
  keepRelativeFresh();
  await load();
}

async function load() {
  try {
    [people, bots] = await Promise.all([listPeople(), listBots()]);
    show();
  } catch {
    toast(t("people.nobody"), "error");
    setTimeout(load, RETRY);
  }
}

begin();
