/** The lower edge of a chat: the field, the menu of commands, attachments, the bot's keyboard. */

import { attachMenu, sendFiles, shareLocation } from "/page/attach.js";
import { el, fullName, iconButton } from "/page/dom.js";
import { icon } from "/page/icons.js";
import { t } from "/page/i18n.js";
import { replyKeyboard } from "/page/keyboard.js";
import { summary } from "/page/media.js";
import { openMenu } from "/page/menu.js";
import { complain, toast } from "/page/notices.js";
import { Suggestions } from "/page/suggestions.js";

const TALLEST = 160;

const touch = () => matchMedia("(pointer: coarse)").matches;

export class Composer {
  constructor(root, chat) {
    this.root = root;
    this.chat = chat;
    this.keyboardOpen = true;
    this.keyboard = undefined; // the markup on the screen
    this.about = null; // { mode: "reply" | "edit", message }
    this.#build();
    this.suggestions = new Suggestions(this.suggestionBox, this.field, chat);
    this.controller = new AbortController();
    this.#takeFiles(document.getElementById("chat"), this.controller.signal);
    this.root.dataset.mode = "wait"; // there is nobody to write to yet
  }

  close() {
    this.controller.abort();
    this.suggestions.close();
    this.root.replaceChildren();
  }

  /** Follow the chat's state: what can be done now, with which keyboard and commands. */
  show(state, empty) {
    this.state = state;
    const before = this.root.dataset.mode;
    const mode = state.blocked ? "blocked" : empty && !state.started ? "start" : "write";
    this.root.dataset.mode = mode;
    this.bigButton.textContent = t(mode === "blocked" ? "composer.restart" : "composer.start");
    this.menuButton.hidden = !state.commands.length;
    this.suggestions.commands = state.commands;
    this.#showKeyboard(state.reply_keyboard);
    // On a telephone the focus would bring up the keyboard before anybody wants to write.
    if (mode === "write" && before !== "write" && !touch()) this.field.focus();
  }

  /** Put words into the field, for the person to go on. */
  write(text) {
    this.field.value = text;
    this.field.focus();
    this.#changed();
  }

  reply(message) {
    this.#be({ mode: "reply", message });
  }

  edit(message) {
    this.#be({ mode: "edit", message });
    this.write(message.text);
  }

  #be(about) {
    if (this.about?.mode === "edit") this.field.value = "";
    this.about = about;
    this.aboutBar.hidden = !about;
    if (about) {
      const { mode, message } = about;
      const name = message.out ? t("chat.you") : fullName(message.from);
      this.aboutTitle.textContent = t(mode === "edit" ? "composer.editing" : "composer.replying", { name });
      this.aboutText.textContent = summary(message);
      this.field.focus();
    }
    this.#changed();
  }

  #build() {
    this.aboutTitle = el("span", { class: "quoted-name" });
    this.aboutText = el("span", { class: "quoted-text" });
    this.aboutBar = el(
      "div",
      { class: "about", hidden: true },
      el("div", { class: "about-text" }, this.aboutTitle, this.aboutText),
      iconButton("close", t("composer.cancel"), () => this.#be(null)),
    );
    this.suggestionBox = el("div", { class: "suggestions", id: "suggestions", hidden: true });
    this.menuButton = el(
      "button",
      {
        type: "button", class: "commands-button", "aria-haspopup": "menu",
        "aria-label": t("composer.commands"), onclick: () => this.#openCommands(),
      },
      icon("menu"),
      el("span", {}, t("composer.menu")),
    );
    this.field = el("textarea", {
      rows: 1,
      placeholder: t("composer.write"),
      "aria-label": t("composer.write"),
      autocomplete: "off",
      enterkeyhint: "send",
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#key(event),
    });
    this.keyboardToggle = iconButton("keyboard", t("composer.keyboard"), () => this.#toggleKeyboard());
    this.attachButton = iconButton("attach", t("composer.attach"), () => this.#attach());
    this.attachButton.setAttribute("aria-haspopup", "menu");
    this.sendButton = iconButton("send", t("composer.send"), () => this.#submit(), "round send");
    this.keyboardBox = el("div", { class: "keyboard-box" });
    this.bigButton = el("button", { type: "button", class: "big", onclick: () => this.chat.startWith("") });
    this.root.replaceChildren(
      this.suggestionBox,
      this.aboutBar,
      el(
        "div",
        { class: "composer-row" },
        el(
          "div",
          { class: "field-box" },
          this.menuButton, this.field, this.keyboardToggle, this.attachButton,
        ),
        this.sendButton,
      ),
      this.keyboardBox,
      this.bigButton,
    );
    this.#changed();
  }

  #changed() {
    const filled = this.field.value.trim() !== "";
    this.root.classList.toggle("filled", filled);
    this.sendButton.disabled = !filled;
    this.suggestions?.update();
    this.#fit();
  }

  /** The field grows with its text, up to a height. */
  #fit() {
    const { field } = this;
    field.style.height = "auto";
    if (field.value) field.style.height = `${Math.min(field.scrollHeight, TALLEST)}px`;
    field.classList.toggle("scrolls", field.scrollHeight > TALLEST);
  }

  #key(event) {
    if (this.suggestions.key(event)) return;
    if (event.key === "Escape" && this.about) this.#be(null);
    // On a telephone Enter makes a new line, as there is a button to send.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !touch()) {
      event.preventDefault();
      this.#submit();
    }
  }

  async #submit() {
    const { about } = this;
    const text = this.field.value.trim();
    if (!text) return;
    this.field.value = "";
    this.#be(null);
    const done =
      about?.mode === "edit"
        ? await this.chat.act("edit", { message_id: about.message.message_id, text })
        : await this.chat.act("text", { text, ...(about ? { reply_to: about.message.message_id } : {}) });
    if (!done && !this.field.value) this.write(text);
  }

  #openCommands() {
    const items = this.state.commands.map(({ command, description }) => ({
      label: description,
      detail: `/${command}`,
      choose: () => this.chat.send(`/${command}`),
    }));
    openMenu(this.menuButton, t("composer.commands"), items);
  }

  #attach() {
    attachMenu(this.attachButton, this.chat);
  }

  #takeFiles(area, signal) {
    const files = (event) => [...(event.clipboardData ?? event.dataTransfer).files];
    const take = (event) => {
      if (!files(event).length || this.root.dataset.mode !== "write") return;
      event.preventDefault();
      sendFiles(this.chat, files(event)).catch(complain);
    };
    area.addEventListener("paste", take, { signal });
    area.addEventListener("drop", take, { signal });
    area.addEventListener("dragover", (event) => event.preventDefault(), { signal });
  }

  // -- the bot's keyboard

  #showKeyboard(markup) {
    const source = JSON.stringify(markup ?? null);
    if (this.keyboard !== source) {
      this.keyboard = source;
      this.keyboardOpen = true;
      const press = (button) => this.#pressKey(button, markup);
      this.keyboardBox.replaceChildren(...(markup ? [replyKeyboard(markup, press)] : []));
    }
    this.field.placeholder = markup?.input_field_placeholder ?? t("composer.write");
    this.keyboardToggle.hidden = !markup;
    this.root.classList.toggle("keyed", Boolean(markup));
    this.keyboardBox.hidden = !markup || !this.keyboardOpen;
    this.keyboardToggle.setAttribute("aria-expanded", String(!this.keyboardBox.hidden));
  }

  #toggleKeyboard() {
    this.keyboardOpen = !this.keyboardOpen;
    this.#showKeyboard(this.state.reply_keyboard);
  }

  async #pressKey(button, markup) {
    if (button.request_contact) await this.chat.shareContact();
    else if (button.request_location) await shareLocation(this.chat);
    else if (Object.keys(button).some((key) => key.startsWith("request_") || key === "web_app")) {
      toast(t("button.unsupported"), "error");
    } else await this.chat.send(button.text);
    if (markup.one_time_keyboard && this.keyboardOpen) this.#toggleKeyboard();
  }
}
