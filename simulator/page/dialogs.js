/** Modal dialogs: an alert of the bot, a question, a form, a picture. */

import { el, iconButton } from "/page/dom.js";
import { t } from "/page/i18n.js";

/** Shows a dialog and resolves with its return value, "" when it is dismissed. */
function shown(dialog) {
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close(""); // on the backdrop
    });
    dialog.showModal();
  });
}

/** A form with the two usual buttons; resolves true once `accept` was pressed and all is valid. */
async function asked(title, accept, content, { cancel = t("dialog.cancel") } = {}) {
  const dialog = el("dialog", { "aria-label": title });
  const submit = (event) => {
    event.preventDefault();
    dialog.close("yes");
  };
  dialog.append(
    el(
      "form",
      { class: "dialog", onsubmit: submit },
      el("h2", {}, title),
      ...content,
      el(
        "div",
        { class: "dialog-buttons" },
        cancel ? el("button", { type: "button", onclick: () => dialog.close("") }, cancel) : null,
        el("button", { type: "submit", class: "primary" }, accept),
      ),
    ),
  );
  return (await shown(dialog)) === "yes";
}

/** A callback answer with `show_alert`. */
export function showAlert(title, text) {
  return asked(title, t("dialog.ok"), [el("p", { class: "alert-text" }, text)], { cancel: null });
}

export function confirm(title, text, accept) {
  return asked(title, accept, [el("p", {}, text)]);
}

/** `fields`: labelled controls made by `field`; resolves with their values by name, or null. */
export async function askForm(title, accept, fields) {
  const labels = fields.map((item) => item.label);
  if (!(await asked(title, accept, labels))) return null;
  return Object.fromEntries(fields.map((item) => [item.control.name, item.control.value.trim()]));
}

export function field(name, text, control) {
  control.name = name;
  return { control, label: el("label", { class: "field" }, el("span", {}, text), control) };
}

/** A file before it is sent; resolves with the caption, or null. */
export async function askCaption(title, preview) {
  const caption = field("caption", t("attach.caption"), el("input", { maxlength: 1024, autocomplete: "off" }));
  if (!(await asked(title, t("dialog.send"), [preview, caption.label]))) return null;
  return caption.control.value;
}

export function showPhoto(source, alt) {
  const dialog = el("dialog", { class: "lightbox", "aria-label": t("message.photo") });
  dialog.append(
    el("img", { src: source, alt }),
    iconButton("close", t("dialog.close"), () => dialog.close("")),
  );
  return shown(dialog);
}
