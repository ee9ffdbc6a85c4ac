/** What a link does: start this bot with a payload, open a tab, or nothing. */

import { el } from "/page/dom.js";

const OPENED = new Set(["http:", "https:", "tg:", "mailto:", "tel:"]);
const TELEGRAM_HOSTS = new Set(["t.me", "telegram.me", "telegram.dog"]);

/**
 * `{kind: "start", payload}` for `t.me/<bot>?start=…` and its tg: form, `{kind: "open", href}` for
 * what a new tab may show, `{kind: "none"}` for everything else (`javascript:` above all).
 */
export function linkTarget(address, botUsername) {
  const url = parsed(address);
  if (!url || !OPENED.has(url.protocol)) return { kind: "none" };
  const name = telegramName(url);
  if (name && botUsername && name.toLowerCase() === botUsername.toLowerCase()) {
    return { kind: "start", payload: url.searchParams.get("start") };
  }
  if (url.protocol === "tg:") return { kind: "none" };
  return { kind: "open", href: url.href };
}

function parsed(address) {
  for (const candidate of [address, `https://${address}`]) {
    try {
      const url = new URL(candidate);
      // "example.org:8080/x" parses as a scheme; only what names one of ours is taken as such.
      if (OPENED.has(url.protocol) || /^[a-z]+:/i.test(address)) return url;
    } catch {
      continue;
    }
  }
  return null;
}

function telegramName(url) {
  if (url.protocol === "tg:") {
    return url.hostname === "resolve" || url.pathname === "//resolve"
      ? url.searchParams.get("domain")
      : null;
  }
  return TELEGRAM_HOSTS.has(url.hostname) ? url.pathname.split("/")[1] : null;
}

/** An anchor to `address` around `label`; where it leads nowhere, the label alone. */
export function anchor(address, label, chat, kind = "link") {
  const target = linkTarget(address, chat.bot.username);
  if (target.kind === "none") return el("span", { class: kind }, label);
  if (target.kind === "open") {
    return el(
      "a",
      { class: kind, href: target.href, target: "_blank", rel: "noopener noreferrer" },
      label,
    );
  }
  const follow = (event) => {
    event.preventDefault();
    chat.startWith(target.payload);
  };
  const href = `/?person=${chat.personId}&start=${encodeURIComponent(target.payload ?? "")}`;
  return el("a", { class: kind, href, onclick: follow }, label);
}
