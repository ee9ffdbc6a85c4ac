/** The attach menu: files with a caption, a place, a contact, a sticker, a voice message. */

import { askCaption, askForm, field } from "/page/dialogs.js";
import { el } from "/page/dom.js";
import { icon } from "/page/icons.js";
import { fileSize, t } from "/page/i18n.js";
import { openMenu } from "/page/menu.js";
import { complain } from "/page/notices.js";

const PLACES = [
  ["Київ · Kyiv", 50.4501, 30.5234],
  ["Львів · Lviv", 49.8397, 24.0297],
  ["Харків · Kharkiv", 49.9935, 36.2304],
  ["Barcelona", 41.3874, 2.1686],
  ["Oslo", 59.9139, 10.7522],
];
const SENT_AS_PHOTO = new Set(["image/png", "image/jpeg", "image/webp"]);

export function attachMenu(anchor, chat) {
  openMenu(anchor, t("composer.attach"), [
    { label: t("attach.photo"), icon: "photo", choose: () => pick(chat, "photo", [...SENT_AS_PHOTO].join()) },
    { label: t("attach.file"), icon: "file", choose: () => pick(chat, "document", "") },
    { label: t("attach.location"), icon: "location", choose: () => shareLocation(chat) },
    { label: t("attach.contact"), icon: "contact", choose: () => chat.shareContact() },
    { label: t("attach.sticker"), icon: "sticker", choose: () => chat.act("sticker") },
    { label: t("attach.voice"), icon: "voice", choose: () => chat.act("voice") },
  ]);
}

function pick(chat, kind, accept) {
  const input = el("input", { type: "file", accept, multiple: true });
  input.addEventListener("change", () => sendFiles(chat, [...input.files], kind).catch(complain));
  input.click();
}

/** Each file with its own caption; pictures go as photos where nothing else is said. */
export async function sendFiles(chat, files, wanted = null) {
  for (const file of files) {
    const kind = wanted ?? (SENT_AS_PHOTO.has(file.type) ? "photo" : "document");
    const address = URL.createObjectURL(file);
    try {
      const caption = await askCaption(t(kind === "photo" ? "attach.photo" : "attach.file"), preview(file, kind, address));
      if (caption !== null) await chat.api.upload(kind, file, caption);
    } finally {
      URL.revokeObjectURL(address);
    }
  }
}

function preview(file, kind, address) {
  if (kind === "photo") return el("img", { class: "preview", src: address, alt: file.name });
  return el(
    "div",
    { class: "file" },
    el("span", { class: "file-icon" }, icon("file")),
    el(
      "span",
      { class: "file-about" },
      el("span", { class: "file-name" }, file.name),
      el("span", { class: "file-size" }, fileSize(file.size)),
    ),
  );
}

/** A place out of a list, or any coordinates: a simulator has no satellite above it. */
export async function shareLocation(chat) {
  const number = (limit, value) =>
    el("input", { type: "number", step: "any", min: -limit, max: limit, value, required: true });
  const latitude = field("latitude", t("share.latitude"), number(90, PLACES[0][1]));
  const longitude = field("longitude", t("share.longitude"), number(180, PLACES[0][2]));
  const choice = el(
    "select",
    {},
    ...PLACES.map(([name], i) => el("option", { value: i }, name)),
    el("option", { value: "" }, t("share.other_place")),
  );
  const place = field("place", t("share.place"), choice);
  choice.addEventListener("change", () => {
    if (choice.value === "") return;
    [, latitude.control.value, longitude.control.value] = PLACES[Number(choice.value)];
  });
  for (const { control } of [latitude, longitude]) {
    control.addEventListener("input", () => (choice.value = ""));
  }
  const answer = await askForm(t("share.location"), t("dialog.send"), [place, latitude, longitude]);
  if (!answer) return;
  await chat.act("location", { latitude: Number(answer.latitude), longitude: Number(answer.longitude) });
}
