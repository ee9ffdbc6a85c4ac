/** The messages of a chat on the screen: their order, days and groups, scrolling and unread ones. */

import { dayName, dayOf } from "/page/dates.js";
import { byId, el } from "/page/dom.js";
import { plural } from "/page/i18n.js";
import { markPresses } from "/page/keyboard.js";
import { renderMessage } from "/page/message.js";

const NEAR_BOTTOM = 80;
const GROUP_SECONDS = 600;
const HIGHLIGHT = 1600;

export class History {
  /** `chat` is what `renderMessage` wants; `onUnread(n)` whenever the number changes. */
  constructor(chat, onUnread) {
    this.chat = chat;
    this.onUnread = onUnread;
    this.scroller = byId("history");
    this.list = byId("messages");
    this.button = byId("to-bottom");
    this.shown = new Map(); // message id → { message, node, source }
    this.unread = 0;
    this.atBottom = true;
    this.lastTop = 0;
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    this.button.addEventListener("click", () => this.toBottom(true), { signal });
    document.addEventListener("visibilitychange", () => this.#scrolled(), { signal });
    // Pictures get their size late, the field below grows: what was at the bottom stays there.
    this.sizes = new ResizeObserver(() => this.atBottom && this.toBottom());
    this.sizes.observe(this.list);
    this.sizes.observe(this.scroller);
    this.list.replaceChildren();
    this.#count(0);
  }

  close() {
    this.controller.abort();
    this.sizes.disconnect();
    this.list.replaceChildren();
  }

  message(id) {
    return this.shown.get(id)?.message;
  }

  get empty() {
    return this.shown.size === 0;
  }

  /** Make the screen show exactly these, touching only what differs. */
  sync(messages) {
    this.scroller.setAttribute("aria-busy", "true"); // an old chat is not read out
    const ids = new Set(messages.map((message) => message.message_id));
    for (const [id, { node }] of this.shown) {
      if (ids.has(id)) continue;
      node.remove();
      this.shown.delete(id);
    }
    for (const message of messages) this.#put(message);
    this.#arrange();
    if (this.atBottom) this.toBottom();
    requestAnimationFrame(() => this.scroller.setAttribute("aria-busy", "false"));
  }

  /** A new message, or a changed one in its old one's place. */
  put(message) {
    const isNew = !this.shown.has(message.message_id);
    this.#put(message, isNew);
    this.#arrange();
    if (isNew && !message.out && (!this.atBottom || document.hidden)) this.#count(this.unread + 1);
    if (this.atBottom || (message.out && isNew)) this.toBottom();
  }

  remove(ids) {
    for (const id of ids) {
      this.shown.get(id)?.node.remove();
      this.shown.delete(id);
    }
    this.#arrange();
  }

  /** Scroll to a message and let it shine for a moment. */
  reveal(id) {
    const node = this.shown.get(id)?.node;
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.classList.add("highlighted");
    setTimeout(() => node.classList.remove("highlighted"), HIGHLIGHT);
  }

  toBottom(smooth = false) {
    this.atBottom = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  markPresses(id) {
    const found = this.shown.get(id);
    if (found) markPresses(found.node, this.chat.presses);
  }

  #put(message, animated = false) {
    const id = message.message_id;
    const old = this.shown.get(id);
    const source = JSON.stringify(message);
    if (old?.source === source) return;
    const node = renderMessage(message, this.chat);
    if (animated) node.classList.add("arriving");
    this.shown.set(id, { message, node, source });
    if (old) replaceKeepingFocus(old.node, node);
    else this.#insert(id, node);
  }

  #insert(id, node) {
    const later = [...this.shown.keys()].filter((other) => other > id && other !== id);
    const next = later.length ? this.shown.get(Math.min(...later)).node : null;
    this.list.insertBefore(node, next);
  }

  /** Day marks between messages, and which bubbles belong together. */
  #arrange() {
    for (const mark of this.list.querySelectorAll(".day")) mark.remove();
    const ids = [...this.shown.keys()].sort((a, b) => a - b);
    const entries = ids.map((id) => this.shown.get(id));
    entries.forEach(({ message, node }, i) => {
      const before = entries[i - 1]?.message;
      const after = entries[i + 1]?.message;
      if (!before || dayOf(before.date) !== dayOf(message.date)) {
        this.list.insertBefore(el("div", { class: "day" }, el("span", {}, dayName(message.date))), node);
      }
      node.classList.toggle("first", !together(before, message));
      node.classList.toggle("last", !together(message, after));
    });
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
    // Only going up leaves the bottom: a smooth scroll down is on its way there.
    this.atBottom = near || (this.atBottom && scrollTop >= this.lastTop);
    this.lastTop = scrollTop;
    this.button.hidden = this.atBottom;
    if (this.atBottom && !document.hidden) this.#count(0);
  }

  #count(n) {
    this.unread = n;
    const badge = byId("unread");
    badge.hidden = n === 0;
    badge.textContent = String(n);
    badge.setAttribute("aria-label", n ? plural("unread", n) : "");
    this.onUnread(n);
  }
}

function together(a, b) {
  return Boolean(
    a && b && Boolean(a.out) === Boolean(b.out) && b.date - a.date < GROUP_SECONDS &&
      dayOf(a.date) === dayOf(b.date),
  );
}

/** An edit renews the buttons; whoever stood on one of them with the keyboard still does. */
function replaceKeepingFocus(old, node) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(node);
  if (!focused) return;
  const twin = focused.dataset.callback
    ? [...node.querySelectorAll("[data-callback]")].find((key) => key.dataset.callback === focused.dataset.callback)
    : null;
  (twin ?? node.querySelector(".key") ?? node.querySelector(".actions")).focus({ preventScroll: true });
}
