/**
 * A message's text with its entities, as nodes.
 *
 * The Bot API counts offsets in UTF-16 code units, which is how JavaScript counts, too.
 */

import { entityMoment, wholeMoment } from "/page/dates.js";
import { el } from "/page/dom.js";
import { icon } from "/page/icons.js";
import { t } from "/page/i18n.js";
import { anchor } from "/page/links.js";
import { copy } from "/page/notices.js";

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const PLAIN = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s",
  hashtag: "span", cashtag: "span", text_mention: "span", custom_emoji: "span",
};
const COLLAPSED_LINES = 3;

/** `chat` gives what links and commands need: `bot`, `personId`, `send(text)`, `startWith(payload)`. */
export function formatted(text, entities, chat) {
  const outerFirst = [...(entities ?? [])].sort(
    (a, b) =>
      a.offset - b.offset || b.length - a.length || BLOCKS.has(b.type) - BLOCKS.has(a.type),
  );
  return piece(text, 0, text.length, outerFirst, chat);
}

/** The text from `start` to `end` with the entities that begin in it. */
function piece(text, start, end, entities, chat) {
  const nodes = new DocumentFragment();
  let at = start;
  for (let i = 0; i < entities.length; ) {
    const entity = entities[i];
    const stop = Math.min(entity.offset + entity.length, end);
    const block = BLOCKS.has(entity.type);
    const inner = [];
    for (i += 1; i < entities.length && entities[i].offset < stop; i += 1) inner.push(entities[i]);
    // A block begins and ends its own lines, so the line breaks beside it say nothing more.
    const before = text.slice(at, entity.offset);
    nodes.append(block ? before.replace(/\n$/, "") : before);
    const content = piece(text, entity.offset, stop, inner, chat);
    nodes.append(wrapped(entity, text.slice(entity.offset, stop), content, chat));
    at = block && text[stop] === "\n" ? stop + 1 : stop;
  }
  nodes.append(text.slice(at, end));
  return nodes;
}

function wrapped(entity, words, content, chat) {
  switch (entity.type) {
    case "url":
      return anchor(words, content, chat);
    case "text_link":
      return anchor(entity.url, content, chat);
    case "mention":
      return anchor(`https://t.me/${words.slice(1)}`, content, chat);
    case "email":
      return anchor(`mailto:${words}`, content, chat);
    case "phone_number":
      return anchor(`tel:${words}`, content, chat);
    case "bot_command":
      return el(
        "button",
        { type: "button", class: "link command", onclick: () => chat.send(words) },
        content,
      );
    case "code":
      return el("code", { title: t("message.copy"), onclick: () => copy(words) }, content);
    case "pre":
      return program(entity, words, content);
    case "spoiler":
      return spoiler(content);
    case "blockquote":
      return el("blockquote", {}, content);
    case "expandable_blockquote":
      return expandable(content);
    case "date_time":
      return moment(entity, words);
    default:
      return el(PLAIN[entity.type] ?? "span", { class: `entity-${entity.type}` }, content);
  }
}

function program(entity, words, content) {
  const label = t("message.copy");
  const head = el(
    "span",
    { class: "pre-head" },
    el("span", {}, entity.language ?? ""),
    el(
      "button",
      { type: "button", "aria-label": label, title: label, onclick: () => copy(words) },
      icon("copy"),
    ),
  );
  return el("pre", {}, head, el("code", {}, content));
}

/** Hidden from everybody alike until it is pressed, links in it included. */
function spoiler(content) {
  const inner = el("span", { inert: true }, content);
  const cover = el("span", {
    class: "spoiler",
    role: "button",
    tabindex: "0",
    "aria-label": t("message.spoiler"),
  }, inner);
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    if (cover.classList.contains("revealed")) return;
    event.preventDefault();
    cover.classList.add("revealed");
    inner.inert = false;
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
  };
  cover.addEventListener("click", reveal);
  cover.addEventListener("keydown", reveal);
  return cover;
}

function expandable(content) {
  const text = el("div", { class: "quote-text" }, content);
  const toggle = el("button", { type: "button", class: "quote-toggle" }, icon("down"));
  const quote = el("blockquote", { class: "collapsed" }, text, toggle);
  quote.style.setProperty("--lines", COLLAPSED_LINES);
  const say = () => {
    const collapsed = quote.classList.contains("collapsed");
    toggle.setAttribute("aria-expanded", String(!collapsed));
    toggle.setAttribute("aria-label", t(collapsed ? "message.more" : "message.less"));
  };
  toggle.addEventListener("click", () => {
    quote.classList.toggle("collapsed");
    say();
  });
  say();
  // Only the layout knows whether anything is left to show.
  const sizes = new ResizeObserver(() => {
    if (!quote.classList.contains("collapsed")) return;
    toggle.hidden = text.scrollHeight <= text.clientHeight + 1;
  });
  sizes.observe(text);
  return quote;
}

function moment(entity, words) {
  const seconds = entity.unix_time;
  const shape = entity.date_time_format ?? "";
  return el(
    "time",
    {
      class: "moment",
      datetime: new Date(seconds * 1000).toISOString(),
      title: wholeMoment(seconds),
      "data-relative": shape === "r" ? seconds : null,
    },
    entityMoment(seconds, shape, words),
  );
}
