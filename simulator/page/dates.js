/** Dates and times in the browser's own zone and the page's language. */

import { language, locale, t } from "/page/i18n.js";

const DAY = 24 * 3600;
const RELATIVE_STEPS = [
  ["year", 365 * DAY], ["month", 30 * DAY], ["day", DAY], ["hour", 3600], ["minute", 60],
];
const RELATIVE_REFRESH = 30_000;

let skew = 0;

/** By how many seconds the simulator's clock is ahead. */
export function setSkew(seconds) {
  skew = seconds;
}

const now = () => Date.now() / 1000 + skew;

const format = (seconds, options) =>
  new Intl.DateTimeFormat(locale(), options).format(new Date(seconds * 1000));

export function clockTime(seconds) {
  return format(seconds, { hour: "2-digit", minute: "2-digit" });
}

/** A key that two messages of one local day share. */
export function dayOf(seconds) {
  return new Date(seconds * 1000).toDateString();
}

export function dayName(seconds) {
  if (dayOf(seconds) === dayOf(now())) return t("chat.today");
  if (dayOf(seconds) === dayOf(now() - DAY)) return t("chat.yesterday");
  const sameYear = new Date(seconds * 1000).getFullYear() === new Date(now() * 1000).getFullYear();
  return format(seconds, { day: "numeric", month: "long", year: sameYear ? undefined : "numeric" });
}

/** Day and time, as briefly as can be. */
export function shortMoment(seconds) {
  return format(seconds, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
  });
}

/** The whole moment with its zone, for whoever wants to be sure. */
export function wholeMoment(seconds) {
  return format(seconds, {
    weekday: "long", day: "numeric", month: "long", year: "numeric",
    hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
}

/**
 * A `date_time` entity's text. `shape` is the Bot API's format `r|w?[dD]?[tT]?`: relative, or day of
 * the week, short or long date, short or long time; without it the bot's own words stand.
 */
export function entityMoment(seconds, shape, words) {
  if (!shape) return words;
  if (shape === "r") return relative(seconds);
  const has = (letter) => shape.includes(letter);
  const options = {};
  if (has("w")) options.weekday = has("D") ? "long" : "short";
  if (has("d")) Object.assign(options, { day: "2-digit", month: "2-digit", year: "2-digit" });
  if (has("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (has("t") || has("T")) Object.assign(options, { hour: "2-digit", minute: "2-digit" });
  if (has("T")) options.second = "2-digit";
  return format(seconds, options);
}

function relative(seconds) {
  const left = seconds - now();
  const [unit, step] = RELATIVE_STEPS.find(([, size]) => Math.abs(left) >= size) ?? ["second", 1];
  const formatter = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  return formatter.format(Math.round(left / step), unit);
}

/** Relative moments in the page move on with the clock. */
export function keepRelativeFresh() {
  setInterval(() => {
    for (const node of document.querySelectorAll("time[data-relative]")) {
      node.textContent = relative(Number(node.dataset.relative));
    }
  }, RELATIVE_REFRESH);
}
