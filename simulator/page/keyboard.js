/** Inline keyboards under messages, and the bot's reply keyboard under the field. */

import { el } from "/page/dom.js";
import { icon } from "/page/icons.js";
import { t } from "/page/i18n.js";
import { linkTarget } from "/page/links.js";

/** `chat.press(message, button)` is called for each press, whatever the button does. */
export function inlineKeyboard(message, chat) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  return el(
    "div",
    { class: "inline-keyboard" },
    ...rows.map((row) => el("div", { class: "row" }, ...row.map((b) => inlineButton(message, b, chat)))),
  );
}

function inlineButton(message, button, chat) {
  const opens = button.url && linkTarget(button.url, chat.bot.username).kind === "open";
  const corner = opens || button.web_app ? "link"
    : button.copy_text ? "copy"
    : isSwitch(button) ? "chat"
    : null;
  const face = [
    el("span", { class: "button-text" }, button.text),
    corner ? el("span", { class: "corner" }, icon(corner)) : null,
  ];
  const looks = { class: `key ${button.style ?? ""}`.trim(), onmouseenter: tellWhole };
  if (opens) {
    const { href } = linkTarget(button.url, chat.bot.username);
    return el("a", { ...looks, href, target: "_blank", rel: "noopener noreferrer" }, ...face);
  }
  return el(
    "button",
    {
      ...looks,
      type: "button",
      "data-callback": button.callback_data,
      onclick: () => chat.press(message, button),
    },
    ...face,
    el("span", { class: "press-state" }),
  );
}

export function isSwitch(button) {
  return [
    "switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat",
  ].some((field) => button[field] !== undefined);
}

/** Shows on a message's buttons which presses wait for an answer, and which got none. */
export function markPresses(article, presses) {
  for (const key of article.querySelectorAll("[data-callback]")) {
    const state = presses.stateOf(Number(article.dataset.id), key.dataset.callback);
    key.classList.toggle("pending", state === "pending");
    key.classList.toggle("unanswered", state === "unanswered");
    key.setAttribute("aria-busy", String(state === "pending"));
    const note = key.querySelector(".press-state");
    const marks = {
      pending: () => el("span", { class: "spinner", role: "img", "aria-label": t("button.pending") }),
      unanswered: () =>
        el("span", { class: "mark", role: "img", "aria-label": t("button.unanswered"), title: t("button.unanswered") }, icon("alert")),
    };
    note.replaceChildren(...(marks[state] ? [marks[state]()] : []));
  }
}

/** A label that is cut shows itself whole to the mouse. */
function tellWhole({ currentTarget: key }) {
  const text = key.querySelector(".button-text");
  const cut = text.scrollWidth > text.clientWidth || text.scrollHeight > text.clientHeight;
  key.title = cut ? text.textContent : "";
}

/** The reply keyboard; `onPress(button)` gets the KeyboardButton. */
export function replyKeyboard(markup, onPress) {
  const key = (button) =>
    el(
      "button",
      {
        type: "button",
        class: `key ${button.style ?? ""}`.trim(),
        onmouseenter: tellWhole,
        onclick: () => onPress(button),
      },
      button.request_contact ? icon("contact") : button.request_location ? icon("location") : null,
      el("span", { class: "button-text" }, button.text),
    );
  return el(
    "div",
    {
      class: `reply-keyboard ${markup.resize_keyboard ? "" : "tall"}`.trim(),
      role: "group",
      "aria-label": t("composer.keyboard"),
    },
    ...markup.keyboard.map((row) => el("div", { class: "row" }, ...row.map(key))),
  );
}
