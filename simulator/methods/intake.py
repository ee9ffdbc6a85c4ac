"""How a bot gets its updates: getUpdates, or a webhook that it sets."""

import ipaddress
import re
from urllib.parse import urlsplit

from simulator.errors import Json, bad_request, conflict
from simulator.methods.call import Call

MAX_POLL_SECONDS = 50
MAX_POLL_UPDATES = 100
MAX_CONNECTIONS = 100
MAX_SECRET = 256
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
    "webhook first"
)


async def get_updates(call: Call) -> list[Json]:
    if call.bot.webhook:
        raise conflict(WEBHOOK_ACTIVE)
    params = call.params
    _allow(call)
    limit = min(max(params.integer("limit", MAX_POLL_UPDATES), 1), MAX_POLL_UPDATES)
    timeout = min(max(params.integer("timeout"), 0), MAX_POLL_SECONDS)
    return await call.world.queues[call.bot.id].poll(params.integer("offset"), limit, timeout)


def _allow(call: Call) -> None:
    """allowed_updates is remembered until it is given again."""
    given = call.params.array("allowed_updates", "allowed_updates")
    if given is None:
        return
    names = [str(name) for name in given]
    if names != call.bot.allowed_updates:
        call.bot.allowed_updates = names
        call.world.save_bot(call.bot)
        call.world.queues[call.bot.id].allow(names)


def set_webhook(call: Call) -> bool:
    params = call.params
    url = params.text("url")
    if not url:
        return delete_webhook(call)
    _check_webhook_url(url)
    secret = params.text("secret_token")
    if len(secret) > MAX_SECRET:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[\w-]*", secret, re.ASCII):
        raise bad_request("secret token contains unallowed characters")
    _allow(call)
    call.bot.webhook = {
        "url": url,
        "secret_token": secret,
        "max_connections": min(max(params.integer("max_connections", 40), 1), MAX_CONNECTIONS),
    }
    _webhook_changed(call)
    return True


def delete_webhook(call: Call) -> bool:
    call.bot.webhook = None
    _webhook_changed(call)
    return True


def _webhook_changed(call: Call) -> None:
    queue = call.world.queues[call.bot.id]
    if call.params.flag("drop_pending_updates"):
        queue.clear()
    call.world.save_bot(call.bot)
    call.world.webhook_errors.pop(call.bot.id, None)
    call.world.webhook_changed.fire()


def get_webhook_info(call: Call) -> Json:
    bot = call.bot
    webhook = bot.webhook or {}
    info: Json = {
        "url": webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(call.world.queues[bot.id].waiting()),
    }
    if webhook:
        info["max_connections"] = webhook["max_connections"]
        info |= call.world.webhook_errors.get(bot.id, {})
    if bot.allowed_updates:
        info["allowed_updates"] = bot.allowed_updates
    return info


def _check_webhook_url(url: str) -> None:
    """Telegram wants HTTPS; here plain HTTP is fine, but nothing leaves this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise bad_request("bad webhook: URL host is empty") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.hostname == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise bad_request("bad webhook: the simulator delivers to this machine only")
