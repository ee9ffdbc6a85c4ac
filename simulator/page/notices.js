/** Short words that come and go: answers to presses, "copied", what went wrong. */

import { Refused } from "/page/api.js";
import { byId, el } from "/page/dom.js";
import { t } from "/page/i18n.js";

const SHORTEST = 3000;
const PER_CHARACTER = 50;
const FADE = 250;

/** Shown for as long as it takes to read; a live region reads it out. */
export function toast(text, kind = "") {
  const node = el("div", { class: `toast ${kind}`.trim() }, text);
  byId("toasts").append(node);
  const stay = Math.max(SHORTEST, text.length * PER_CHARACTER);
  setTimeout(() => node.classList.add("leaving"), stay);
  setTimeout(() => node.remove(), stay + FADE);
}

/** What became of an action: nothing to say if it went well. */
export function complain(error) {
  if (error instanceof Refused) toast(error.message, "error");
  else if (error instanceof TypeError) toast(t("notice.offline"), "error"); // fetch's own word for no network
  else throw error;
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("notice.copied"));
  } catch {
    toast(t("notice.not_copied"), "error");
  }
}
