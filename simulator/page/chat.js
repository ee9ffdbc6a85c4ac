/** One person's chat with one bot: what comes from the simulator, and what the person does. */

import { ChatApi } from "/page/api.js";
import { Composer } from "/page/composer.js";
import { confirm, showAlert } from "/page/dialogs.js";
import { byId, el, fillAvatar, fullName } from "/page/dom.js";
import { History } from "/page/history.js";
import { isSwitch } from "/page/keyboard.js";
import { t } from "/page/i18n.js";
import { linkTarget } from "/page/links.js";
import { summary } from "/page/media.js";
import { openMenu } from "/page/menu.js";
import { complain, copy, toast } from "/page/notices.js";
import { Presses } from "/page/presses.js";
import { wholeMoment } from "/page/dates.js";
import { themeItem } from "/page/theme.js";
import { follow, travelItems } from "/page/travel.js";

const ACTION_SHOWN = 5000;
const ACTIONS = {
  typing: "chat.typing", upload_photo: "chat.uploading", upload_document: "chat.uploading",
  upload_video: "chat.uploading", upload_voice: "chat.uploading", upload_video_note: "chat.uploading",
  record_video: "chat.recording", record_voice: "chat.recording", record_video_note: "chat.recording",
  choose_sticker: "chat.typing", find_location: "chat.locating",
};

export class Chat {
  /** `onEditPerson()` opens the person's details, `onLost(error)` when the simulator is unreachable. */
  constructor(person, botId, { onEditPerson, onLost }) {
    this.person = person;
    this.personId = person.id;
    this.api = new ChatApi(person.id, botId);
    this.callbacks = { onEditPerson, onLost };
    this.bot = { id: 0, username: "", first_name: "" };
    this.state = null;
    this.presses = new Presses((id) => this.history.markPresses(id));
    this.history = new History(this, (n) => this.#showUnread(n));
    this.composer = new Composer(byId("composer"), this);
    this.controller = new AbortController();
    const { signal } = this.controller;
    byId("chat-menu").addEventListener("click", () => this.#openMenu(), { signal });
    byId("pinned").addEventListener("click", () => this.reveal(this.state.pinned), { signal });
    this.#showHead();
    this.#showPinned();
    this.#showStatus("chat.connecting");
    byId("intro").hidden = true;
  }

  /** Follow the chat; a deep link's payload (not null) is run once the chat is there. */
  open(payload) {
    const handlers = {
      onState: (state) => {
        this.#showState(state);
        if (payload !== null) this.startWith(payload);
        payload = null;
      },
      onEvent: (event) => this.#apply(event),
      onTrouble: (error) => {
        this.#showStatus(error.status === 404 ? "chat.waiting" : "chat.connecting");
        if (!this.state) this.#showIntro(error.status === 404 ? "chat.no_bot" : "chat.connecting");
        this.callbacks.onLost(error);
      },
    };
    follow().catch(() => {}); // the dates are the machine's own until the simulator says more
    this.api.follow(handlers, this.controller.signal);
  }

  close() {
    this.controller.abort();
    clearTimeout(this.actionTimer);
    this.history.close();
    this.composer.close();
  }

  // -- what the person does

  /** Do it, and say what went wrong; true if nothing did. */
  async act(action, body) {
    try {
      await this.api.act(action, body);
      return true;
    } catch (error) {
      complain(error);
      return false;
    }
  }

  send(text) {
    return this.act("text", { text });
  }

  /** /start with a payload; a link to this very bot without one opens the chat we are in. */
  startWith(payload) {
    return payload === null ? Promise.resolve(true) : this.act("start", { payload });
  }

  reveal(messageId) {
    this.history.reveal(messageId);
  }

  press(message, button) {
    if (button.callback_data !== undefined) return this.#callBack(message, button.callback_data);
    if (button.url) return this.startWith(linkTarget(button.url, this.bot.username).payload ?? null);
    if (button.copy_text) return copy(button.copy_text.text);
    if (isSwitch(button)) return this.composer.write(`@${this.bot.username} ${switchQuery(button)}`);
    return toast(t("button.unsupported"), "error");
  }

  /** By its data, not its place: the button that was on the screen is the one that is pressed. */
  async #callBack(message, data) {
    const body = { message_id: message.message_id, data, stale: true };
    try {
      const answer = await this.presses.begin(message.message_id, data, () => this.api.act("press", body));
      if (answer) this.#showAnswer(answer);
    } catch (error) {
      complain(error);
    }
  }

  #showAnswer({ text, show_alert: alert, url }) {
    if (url) this.startWith(linkTarget(url, this.bot.username).payload ?? null);
    if (text && alert) showAlert(this.bot.first_name, text);
    else if (text) toast(text);
  }

  openActions(message, anchor) {
    const words = message.text ?? message.caption;
    const items = [{ label: t("message.reply"), icon: "reply", choose: () => this.composer.reply(message) }];
    if (message.out && message.text !== undefined && !message.forward_origin) {
      items.push({ label: t("message.edit"), icon: "edit", choose: () => this.composer.edit(message) });
    }
    if (words) items.push({ label: t("message.copy"), icon: "copy", choose: () => copy(words) });
    const forward = () => this.act("forward", { message_id: message.message_id });
    items.push({ label: t("message.forward"), icon: "forward", choose: forward });
    openMenu(anchor, t("message.actions"), items);
  }

  async #openMenu() {
    let clock = { offset: 0, waypoints: [] };
    try {
      clock = await follow();
    } catch (error) {
      complain(error);
    }
    const head = el(
      "div",
      { class: "menu-person" },
      fillAvatar(el("span", { class: "avatar" }), this.person.id, fullName(this.person)),
      el(
        "span",
        {},
        fullName(this.person),
        clock.offset > 1 ? el("small", {}, wholeMoment(clock.now)) : null,
      ),
    );
    const items = [
      { label: t("people.edit"), icon: "person", choose: this.callbacks.onEditPerson },
      themeItem(),
      ...travelItems(clock),
    ];
    if (this.state && !this.state.blocked) {
      items.push({ label: t("chat.block"), icon: "block", kind: "danger", choose: () => this.act("block") });
    }
    openMenu(byId("chat-menu"), t("chat.menu"), items, { head });
  }

  /** The person's own number, after Telegram's question. */
  async shareContact() {
    const text = t("share.contact_text", { bot: this.bot.first_name });
    if (await confirm(t("share.contact"), text, t("share.yes"))) await this.act("contact", { own: true });
  }

  // -- what comes from the simulator

  #showState(state) {
    this.state = state;
    this.bot = state.bot;
    this.#showHead();
    this.history.sync(state.messages);
    this.#showPinned();
    this.#showRest();
    if (state.chat_action) this.#showAction(state.chat_action);
    else this.#showStatus("chat.bot");
  }

  #apply(event) {
    const { state } = this;
    switch (event.type) {
      case "message":
        state.started = true;
        if (!event.message.out) this.#showStatus("chat.bot");
        this.history.put(event.message);
        break;
      case "edited":
        this.history.put(event.message);
        break;
      case "deleted":
        this.history.remove(event.message_ids);
        break;
      case "callback_answered":
        if (this.presses.settle(event)) this.#showAnswer(event);
        return;
      case "callback_error":
        toast(t("button.twice"), "error");
        return;
      case "chat_action":
        this.#showAction(event.action);
        return;
      case "reply_keyboard":
        state.reply_keyboard = event.reply_keyboard;
        break;
      case "pinned":
        state.pinned = event.pinned;
        break;
      case "blocked":
        state.blocked = event.blocked;
        break;
      case "commands":
        state.commands = event.commands;
        break;
    }
    this.#showPinned();
    this.#showRest();
  }

  #showHead() {
    byId("bot-name").textContent = this.bot.first_name || "Telegram";
    fillAvatar(byId("bot-avatar"), this.bot.id, this.bot.first_name);
    this.#showUnread(this.history.unread);
  }

  #showUnread(n) {
    document.title = `${n ? `(${n}) ` : ""}${this.bot.first_name || "Telegram"}`;
  }

  #showStatus(key) {
    clearTimeout(this.actionTimer);
    byId("status").textContent = t(key);
    byId("status").classList.toggle("active", key !== "chat.bot");
  }

  #showAction(action) {
    this.#showStatus(ACTIONS[action] ?? "chat.bot");
    this.actionTimer = setTimeout(() => this.#showStatus("chat.bot"), ACTION_SHOWN);
  }

  #showPinned() {
    const message = this.state && this.history.message(this.state.pinned);
    byId("pinned").hidden = !message;
    byId("pinned-text").textContent = message ? summary(message) : "";
  }

  /** An empty chat shows what the bot says of itself. */
  #showRest() {
    this.composer.show(this.state, this.history.empty);
    const { description } = this.bot;
    byId("intro").hidden = !this.history.empty;
    byId("intro").classList.toggle("waiting", !description);
    byId("intro").replaceChildren(
      ...(description
        ? [el("h3", {}, t("chat.what")), el("p", {}, description)]
        : [t("chat.empty")]),
    );
  }

  #showIntro(key) {
    byId("intro").hidden = false;
    byId("intro").classList.add("waiting");
    byId("intro").replaceChildren(t(key));
  }
}

function switchQuery(button) {
  return (
    button.switch_inline_query_current_chat ??
    button.switch_inline_query ??
    button.switch_inline_query_chosen_chat?.query ??
    ""
  );
}
