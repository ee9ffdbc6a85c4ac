/**
 * Building the page out of nodes.
 *
 * Whatever a bot or a person wrote gets into the page as a text node or an attribute made here,
 * never as markup: that is the whole defence against script in messages, so nothing in this
 * folder assigns innerHTML.
 */

import { icon } from "/page/icons.js";

/** An element: `on…` attributes are listeners, true is an empty attribute, null leaves it out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

/** A button that shows an icon alone; `label` is its name for everybody who does not see it. */
export function iconButton(name, label, onclick, kind = "round") {
  return el("button", { type: "button", class: kind, "aria-label": label, title: label, onclick }, icon(name));
}

const AVATAR_COLOURS = 7;

/** Initials on one of Telegram's colours, which follows from the id. */
export function fillAvatar(element, id, name) {
  const initials = name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]);
  element.textContent = initials.join("").toUpperCase();
  element.dataset.colour = String(Math.abs(id) % AVATAR_COLOURS);
  return element;
}

export function fullName(person) {
  return [person.first_name, person.last_name].filter(Boolean).join(" ");
}
