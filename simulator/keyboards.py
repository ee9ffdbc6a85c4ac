"""reply_markup as Telegram checks it: shapes, limits, one action for each inline button."""

import json
import re
from typing import Any

from simulator.errors import Json, bad_request
from simulator.html_mode import checked_link, utf16_length

MAX_BUTTONS = 100
MAX_IN_ROW = 8
MAX_DATA_BYTES = 64
MAX_COPY_UNITS = 256
MAX_PLACEHOLDER_UNITS = 64

ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
    "callback_game", "pay",
)  # fmt: skip
LOOKS = frozenset({"text", "icon_custom_emoji_id", "style"})
STYLES = ("danger", "success", "primary")
REQUESTS = (
    "request_users", "request_chat", "request_managed_bot", "request_contact",
    "request_location", "request_poll", "web_app",
)  # fmt: skip


def reply_markup(source: str) -> Json | None:
    """The keyboard in a `reply_markup` parameter, checked; 400 with Telegram's words if bad."""
    if not source:
        return None
    try:
        markup = json.loads(source)
    except json.JSONDecodeError:
        raise bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup, "inline_keyboard")
        checked = [[_inline_button(button) for button in row] for row in rows]
        return {"inline_keyboard": [row for row in checked if row]}
    if "keyboard" in markup:
        rows = _rows(markup, "keyboard")
        markup["keyboard"] = [[_reply_button(button) for button in row] for row in rows if row]
        _check_placeholder(markup)
        return markup
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        _check_placeholder(markup)
        return markup
    return None


def inline_markup(source: str) -> Json | None:
    """The same where only an inline keyboard is allowed, as in edits; empty means none."""
    markup = reply_markup(source)
    if markup is None:
        return None
    if "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup if markup["inline_keyboard"] else None


def _rows(markup: Json, field: str) -> list[list[Any]]:
    rows = markup[field]
    if not isinstance(rows, list):
        raise bad_request(f'Field "{field}" must be of type Array')
    if any(not isinstance(row, list) for row in rows):
        raise bad_request(f'Field "{field}" must be an Array of Arrays')
    if sum(len(row) for row in rows) > MAX_BUTTONS or any(len(row) > MAX_IN_ROW for row in rows):
        raise bad_request("reply markup is too long")
    return rows


def _check_placeholder(markup: Json) -> None:
    placeholder = markup.get("input_field_placeholder")
    if (
        placeholder is not None
        and not 1 <= utf16_length(str(placeholder)) <= MAX_PLACEHOLDER_UNITS
    ):
        raise bad_request("REPLY_MARKUP_PLACEHOLDER_INVALID")


def _text(button: Json, kind: str) -> str:
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request(f'can\'t parse {kind}: Field "text" must be of type String')
    return text


def _reply_button(button: object) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    kind = "keyboard button"
    if not isinstance(button, dict):
        raise bad_request(f"can't parse {kind}: KeyboardButton must be a String or an Object")
    _check_style(button, kind)
    if not _text(button, kind).strip():
        raise bad_request("keyboard button text must be non-empty")
    if sum(1 for field in REQUESTS if button.get(field)) > 1:
        raise bad_request(f"can't parse {kind}: only one request can be used in a button")
    return button


def _inline_button(button: object) -> Json:
    kind = "inline keyboard button"
    if not isinstance(button, dict):
        raise bad_request(f"can't parse {kind}: expected an Object")
    button = {key: value for key, value in button.items() if value is not None}
    _check_style(button, kind)
    if not _text(button, kind).strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    actions = [field for field in ACTIONS if field in button]
    if not actions:
        raise bad_request(f"can't parse {kind}: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        # The real server silently takes the first; the documentation says exactly one.
        raise bad_request(
            f"can't parse {kind}: exactly one action is allowed, found {', '.join(actions)}"
        )
    _check_action(actions[0], button[actions[0]], kind)
    return {key: button[key] for key in button if key in LOOKS or key == actions[0]}


def _check_style(button: Json, kind: str) -> None:
    if button.get("style") is not None and button["style"] not in STYLES:
        raise bad_request(f"can't parse {kind}: invalid button style specified")


def _check_action(action: str, value: object, kind: str) -> None:
    match action:
        case "callback_data":
            if not isinstance(value, str):
                raise bad_request(
                    f'can\'t parse {kind}: Field "callback_data" must be of type String'
                )
            if not 1 <= len(value.encode(errors="surrogatepass")) <= MAX_DATA_BYTES:
                raise bad_request("BUTTON_DATA_INVALID")
        case "url":
            check_button_url(value)
        case "web_app" | "login_url":
            url = value.get("url") if isinstance(value, dict) else None
            if not str(url or "").startswith("https://"):
                raise bad_request(
                    f"inline keyboard button Web App URL '{url}' is invalid: "
                    "Only HTTPS links are allowed"
                )
        case "copy_text":
            text = value.get("text") if isinstance(value, dict) else None
            if not isinstance(text, str) or not 1 <= utf16_length(text) <= MAX_COPY_UNITS:
                raise bad_request("BUTTON_COPY_TEXT_INVALID")


def check_button_url(url: object) -> None:
    """http, https or tg with a host that is not only this machine's name; 400 otherwise."""
    if not isinstance(url, str) or not url:
        raise bad_request("BUTTON_URL_INVALID")
    if checked_link(url):
        return
    scheme = re.match(r"([A-Za-z][\w+.-]*):(?!\d)", url)
    foreign = scheme is not None and scheme.group(1).lower() not in {"http", "https", "tg"}
    reason = "Unsupported URL protocol" if foreign else "Wrong HTTP URL"
    raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}")
