/** Light, dark, or as the system has it; remembered in this browser. */

import { t } from "/page/i18n.js";

const KEY = "lanka.theme";
const ORDER = ["auto", "light", "dark"];
const ICONS = { auto: "theme", light: "sun", dark: "moon" };

export function theme() {
  const kept = localStorage.getItem(KEY);
  return ORDER.includes(kept) ? kept : "auto";
}

export function applyTheme() {
  document.documentElement.dataset.theme = theme();
}

export function nextTheme() {
  localStorage.setItem(KEY, ORDER[(ORDER.indexOf(theme()) + 1) % ORDER.length]);
  applyTheme();
}

export function themeIcon() {
  return ICONS[theme()];
}

export function themeLabel() {
  return t(`theme.${theme()}`);
}

/** For a menu: says what is, changes to what follows. */
export function themeItem() {
  return { label: themeLabel(), icon: themeIcon(), choose: nextTheme };
}
