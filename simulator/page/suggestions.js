/** What the field offers while one types: commands after "/", inline results after "@bot ". */

import { el } from "/page/dom.js";
import { t } from "/page/i18n.js";
import { complain } from "/page/notices.js";

const TYPING_PAUSE = 300;

/** A combobox's list: the field keeps the focus, arrows move the mark, Enter chooses. */
export class Suggestions {
  constructor(box, field, chat) {
    this.box = box;
    this.field = field;
    this.chat = chat;
    this.commands = [];
    this.options = [];
    this.marked = -1;
    this.asked = 0;
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", t("composer.results"));
    field.setAttribute("aria-controls", box.id);
    field.setAttribute("aria-autocomplete", "list");
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
  }

  /** The field's text changed. */
  update() {
    this.close();
    const text = this.field.value;
    const query = this.#inlineQuery(text);
    if (query !== null) {
      this.timer = setTimeout(() => this.#ask(query).catch(complain), TYPING_PAUSE);
    } else if (/^\/\w*$/.test(text)) {
      const wanted = text.slice(1).toLowerCase();
      this.#offer(this.commands.filter(({ command }) => command.startsWith(wanted)).map((found) => ({
        title: `/${found.command}`,
        detail: found.description,
        choose: () => this.chat.send(`/${found.command}`),
      })));
    } else this.#offer([]);
  }

  #inlineQuery(text) {
    const prefix = `@${this.chat.bot.username} `.toLowerCase();
    return text.toLowerCase().startsWith(prefix) ? text.slice(prefix.length) : null;
  }

  async #ask(query) {
    this.asked += 1;
    const mine = this.asked;
    this.#note(t("composer.searching"));
    const answer = await this.chat.api.act("inline", { query });
    if (mine !== this.asked) return; // meanwhile something else was typed
    if (!answer.results.length) {
      this.#note(t(answer.answered ? "composer.nothing" : "composer.silent"));
      return;
    }
    this.#offer(answer.results.map((result) => ({
      title: result.title ?? messageOf(result),
      detail: result.description ?? "",
      choose: () => this.chat.send(messageOf(result)),
    })));
  }

  #note(text) {
    this.#offer([]);
    this.box.replaceChildren(el("p", { class: "suggestion-note" }, text));
    this.box.hidden = false;
  }

  #offer(options) {
    this.options = options;
    this.box.hidden = !options.length;
    this.box.replaceChildren(...options.map((option, i) =>
      el(
        "div",
        {
          class: "suggestion", role: "option", id: `suggestion-${i}`,
          onpointerdown: (event) => event.preventDefault(), // the field keeps the focus
          onclick: () => this.#choose(option),
        },
        el("span", { class: "suggestion-title" }, option.title),
        el("span", { class: "suggestion-detail" }, option.detail),
      )));
    this.field.setAttribute("aria-expanded", String(!this.box.hidden));
    this.#mark(options.length ? 0 : -1);
  }

  #mark(at) {
    this.marked = at;
    [...this.box.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === at)));
    if (at < 0) this.field.removeAttribute("aria-activedescendant");
    else {
      this.field.setAttribute("aria-activedescendant", `suggestion-${at}`);
      this.box.children[at].scrollIntoView({ block: "nearest" });
    }
  }

  #choose(option) {
    this.field.value = "";
    this.field.dispatchEvent(new Event("input"));
    option.choose();
  }

  /** True if the key was meant for the list. */
  key(event) {
    if (!this.options.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#mark((this.marked + step + this.options.length) % this.options.length);
    else if (event.key === "Escape") this.#offer([]);
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") {
      this.#choose(this.options[this.marked]);
    } else return false;
    event.preventDefault();
    return true;
  }
}

/** What choosing a result sends. Its markup is left out: a person's message has none here. */
function messageOf(result) {
  const content = result.input_message_content;
  const text = content?.message_text ?? result.title ?? result.id;
  if (content?.parse_mode?.toLowerCase() !== "html") return text;
  return new DOMParser().parseFromString(text, "text/html").body.textContent;
}
