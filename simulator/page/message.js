/** One message as a bubble with its time, tail and buttons. */

import { clockTime, wholeMoment } from "/page/dates.js";
import { el, fullName, iconButton } from "/page/dom.js";
import { formatted } from "/page/entities.js";
import { icon } from "/page/icons.js";
import { t } from "/page/i18n.js";
import { inlineKeyboard, markPresses } from "/page/keyboard.js";
import { kindOf, renderMedia, summary } from "/page/media.js";

const FEW_EMOJI = /^\p{RGI_Emoji}{1,3}$/v;
const BARE = new Set(["sticker"]);

/**
 * An article for a Bot API message (`out`: the person's own). `chat` gives what its parts do:
 * `bot`, `personId`, `send`, `startWith`, `press`, `presses`, `openActions(message, anchor)`,
 * `reveal(messageId)`.
 */
export function renderMessage(message, chat) {
  const kind = kindOf(message);
  const jumbo = kind === "text" && FEW_EMOJI.test(message.text) && !message.reply_markup;
  const bubble = el(
    "div",
    { class: "bubble" },
    forwarded(message),
    quoted(message, chat),
    ...content(message, kind, chat),
  );
  const author = message.out ? t("chat.you") : chat.bot.first_name;
  const article = el(
    "article",
    {
      class: [
        "message", message.out ? "out" : "in",
        jumbo ? "jumbo" : "", BARE.has(kind) || jumbo ? "bare" : "", `kind-${kind ?? "unknown"}`,
      ].filter(Boolean).join(" "),
      "data-id": message.message_id,
      "aria-label": `${author}, ${clockTime(message.date)}`,
    },
    el("div", { class: "body" }, bubble, inlineKeyboard(message, chat)),
    iconButton("more", t("message.actions"), (event) => chat.openActions(message, event.currentTarget), "actions"),
  );
  article.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, img") || !getSelection().isCollapsed) return;
    event.preventDefault();
    chat.openActions(message, article.querySelector(".actions"));
  });
  markPresses(article, chat.presses);
  return article;
}

/** The text last, for the time stands at the end of its last line. */
function content(message, kind, chat) {
  const media = renderMedia(message);
  if (!kind) {
    return [el("p", { class: "text unknown" }, t("message.unknown"), meta(message))];
  }
  const words = message.text ?? message.caption;
  if (words === undefined) return [media, meta(message)];
  const entities = message.entities ?? message.caption_entities;
  const text = el("div", { class: "text", dir: "auto" }, formatted(words, entities, chat), meta(message));
  return message.show_caption_above_media ? [text, media] : [media, text];
}

function meta(message) {
  // Telegram hides the mark on a bot's messages with buttons: there an edit is the normal thing.
  const edited = message.edit_date && !message.reply_markup?.inline_keyboard;
  const iso = new Date(message.date * 1000).toISOString();
  return el(
    "span",
    { class: "meta" },
    edited ? el("span", { class: "edited" }, t("message.edited")) : null,
    el("time", { datetime: iso, title: wholeMoment(message.date) }, clockTime(message.date)),
    message.out ? icon("ticks") : null,
  );
}

function forwarded(message) {
  const origin = message.forward_origin;
  if (!origin) return null;
  const name = origin.sender_user ? fullName(origin.sender_user) : (origin.sender_user_name ?? "");
  return el("p", { class: "forwarded" }, t("message.forwarded", { name }));
}

function quoted(message, chat) {
  const original = message.reply_to_message;
  if (!original) return null;
  return el(
    "button",
    { type: "button", class: "quoted", onclick: () => chat.reveal(original.message_id) },
    el("span", { class: "quoted-name" }, fullName(original.from)),
    el("span", { class: "quoted-text" }, summary(original)),
  );
}
