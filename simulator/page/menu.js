/** Pop-up menus: arrows move, Enter chooses, Escape and a press elsewhere close. */

import { el } from "/page/dom.js";
import { icon } from "/page/icons.js";

const GAP = 6;

let closeOpen = null;

/**
 * Opens a menu at `anchor`. An item: `{label, icon?, detail?, below?, kind?, choose}`; the menu's `head` is
 * a node above them. A second press of the same anchor closes it.
 */
export function openMenu(anchor, label, items, { head = null } = {}) {
  if (closeOpen) {
    const same = closeOpen.anchor === anchor;
    closeOpen();
    if (same) return;
  }
  const menu = el("div", { class: "menu", role: "menu", "aria-label": label });
  if (head) menu.append(head);
  menu.append(...items.map((item) => row(item)));
  document.body.append(menu);
  place(menu, anchor.getBoundingClientRect());
  anchor.setAttribute("aria-expanded", "true");

  const close = (refocus = false) => {
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    removeEventListener("resize", close);
    closeOpen = null;
    if (refocus) anchor.focus();
  };
  const outside = (event) => {
    if (!menu.contains(event.target) && !anchor.contains(event.target)) close();
  };
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(true);
    else if (event.key === "Tab") close();
    else move(menu, event);
  });
  menu.addEventListener("click", (event) => {
    const chosen = items[Number(event.target.closest("[role=menuitem]")?.dataset.index ?? NaN)];
    if (!chosen) return;
    close(true);
    chosen.choose();
  });
  document.addEventListener("pointerdown", outside, true);
  addEventListener("resize", close);
  closeOpen = Object.assign(close, { anchor });
  menu.querySelector("[role=menuitem]")?.focus();

  function row(item) {
    return el(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        class: item.kind ?? "",
        "data-index": items.indexOf(item),
      },
      item.icon ? icon(item.icon) : null,
      el(
        "span",
        { class: "menu-label" },
        item.label,
        item.below ? el("span", { class: "menu-below" }, item.below) : null,
      ),
      item.detail ? el("span", { class: "menu-detail" }, item.detail) : null,
    );
  }
}

function move(menu, event) {
  const rows = [...menu.querySelectorAll("[role=menuitem]")];
  const at = rows.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  rows.at(to % rows.length).focus();
}

/** Beside the anchor, on the side with more room, inside the window. */
function place(menu, anchor) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = anchor.bottom + GAP + height <= innerHeight || anchor.top < innerHeight - anchor.bottom;
  const rightHalf = anchor.left + anchor.width / 2 > innerWidth / 2;
  const left = rightHalf ? anchor.right - width : anchor.left;
  const top = below ? anchor.bottom + GAP : anchor.top - GAP - height;
  menu.style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
  menu.style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
}
