/** What a message holds besides text: pictures, files, places, people. */

import { fileUrl } from "/page/api.js";
import { el, fillAvatar, fullName } from "/page/dom.js";
import { showPhoto } from "/page/dialogs.js";
import { icon } from "/page/icons.js";
import { fileSize, t } from "/page/i18n.js";

const WIDEST = 420;
const HIGHEST = 420;

const KINDS = {
  photo, document: documentFile, video, animation: video, audio, voice: audio, sticker,
  venue, location, contact,
};

/** The kind of a message's content: a key of KINDS, "text", or undefined for what is unknown here. */
export function kindOf(message) {
  if (message.text !== undefined) return "text";
  return Object.keys(KINDS).find((kind) => message[kind]);
}

/** In one line, for the pinned bar and for replies. */
export function summary(message) {
  if (message.text !== undefined) return message.text;
  const kind = kindOf(message);
  const names = { animation: "video", venue: "location" };
  const name = kind ? t(`message.${names[kind] ?? kind}`) : t("message.unknown");
  const detail = message.caption ?? message.document?.file_name ?? message.venue?.title;
  return detail ? `${name}, ${detail}` : name;
}

export function renderMedia(message) {
  const kind = kindOf(message);
  return KINDS[kind] ? KINDS[kind](message[kind], message) : null;
}

function photo(sizes, message) {
  const largest = sizes.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a));
  const scale = Math.min(1, WIDEST / largest.width, HIGHEST / largest.height);
  const source = fileUrl(largest.file_id);
  const image = el("img", {
    src: source,
    alt: message.caption ?? t("message.photo"),
    width: Math.round(largest.width * scale),
    height: Math.round(largest.height * scale),
  });
  const open = () => showPhoto(source, message.caption ?? t("message.photo"));
  return el(
    "button",
    { type: "button", class: "photo", "aria-label": t("message.open_photo"), onclick: open },
    image,
  );
}

function documentFile(file) {
  const name = file.file_name ?? t("message.document");
  return el(
    "a",
    {
      class: "file",
      href: fileUrl(file.file_id),
      download: name,
      "aria-label": t("message.download", { name }),
    },
    el("span", { class: "file-icon" }, icon("download")),
    el(
      "span",
      { class: "file-about" },
      el("span", { class: "file-name" }, name),
      el("span", { class: "file-size" }, fileSize(file.file_size ?? 0)),
    ),
  );
}

function video(file) {
  return el("video", { class: "video", controls: true, preload: "metadata", src: fileUrl(file.file_id) });
}

function audio(file, message) {
  const name = message.voice ? t("message.voice") : (file.file_name ?? t("message.audio"));
  return el(
    "div",
    { class: "audio" },
    el("span", { class: "file-name" }, message.voice ? icon("voice") : null, name),
    el("audio", { controls: true, preload: "none", "aria-label": name, src: fileUrl(file.file_id) }),
  );
}

function sticker(file) {
  const label = `${t("message.sticker")} ${file.emoji ?? ""}`.trim();
  return el("div", { class: "sticker", role: "img", "aria-label": label }, file.emoji ?? "🙂");
}

function place(point, title, address) {
  const { latitude, longitude } = point;
  const coordinates = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=15/${latitude}/${longitude}`;
  return el(
    "a",
    { class: "place", href, target: "_blank", rel: "noopener noreferrer", title: t("message.map") },
    el("span", { class: "map" }, icon("location")),
    el("span", { class: "file-name" }, title),
    el("span", { class: "file-size" }, address ?? coordinates),
  );
}

function venue(found) {
  return place(found.location, found.title, found.address);
}

function location(point) {
  return place(point, t("message.location"));
}

function contact(person) {
  return el(
    "div",
    { class: "file" },
    fillAvatar(el("span", { class: "avatar" }), person.user_id ?? 0, fullName(person)),
    el(
      "span",
      { class: "file-about" },
      el("span", { class: "file-name" }, fullName(person)),
      el("a", { class: "link file-size", href: `tel:${person.phone_number}` }, person.phone_number),
    ),
  );
}
