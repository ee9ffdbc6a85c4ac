"""Inline mode: `@bot EIC` in any chat offers cards of articles to share, with the link."""

from datetime import date

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultUnion,
    InputTextMessageContent,
    LinkPreviewOptions,
)

from dialogs.context import Actor, App
from dialogs.funding.cards import kind_label, name_of, shorten, sources
from dialogs.i18n import Html, Translator, escape
from domain.funding.assistant import Entry

OFFERED = 10
KEPT = 300  # seconds that Telegram may answer the same query itself


async def offer(query: InlineQuery, bot: Bot, app: App, actor: Actor) -> None:
    """Cards of the articles that fit what is typed; nothing typed offers the first ones."""
    assistant = await app.funding.assistant()
    entries = assistant.search(query.query, OFFERED)
    today = app.now().astimezone(actor.tr.zone).date()
    username = (await bot.me()).username
    results: list[InlineQueryResultUnion] = [
        card(entry, actor.tr, today, username) for entry in entries
    ]
    try:
        await query.answer(results, cache_time=KEPT, is_personal=True)
    except TelegramBadRequest as error:
        # It waited too long for us (a restart): whoever typed has typed on.
        if "query is too old" not in error.message:
            raise


def card(
    entry: Entry, tr: Translator, today: date, username: str | None
) -> InlineQueryResultArticle:
    """One article as an offer: what it is, where the words come from, and the links."""
    about = entry.section(tr.language, "what")
    text = "\n\n".join(
        [
            Html(f"<b>{escape(name_of(entry, tr))}</b>"),
            escape(shorten(about, 900)),
            sources(entry, tr, today),
        ]
    )
    rows = []
    if entry.url.startswith(("https://", "http://")):
        rows.append([InlineKeyboardButton(text=tr("🔗 Official page"), url=entry.url)])
    if username:
        link = f"https://t.me/{username}?start=a{entry.id}"
        rows.append([InlineKeyboardButton(text=tr("💬 Ask Lanka"), url=link)])
    return InlineQueryResultArticle(
        id=entry.id,
        title=name_of(entry, tr),
        description=f"{kind_label(entry.kind, tr)}: {shorten(about, 100)}",
        input_message_content=InputTextMessageContent(
            message_text=text, link_preview_options=LinkPreviewOptions(is_disabled=True)
        ),
        reply_markup=InlineKeyboardMarkup(inline_keyboard=rows) if rows else None,
    )


def router() -> Router:
    """For one dispatcher."""
    made = Router(name="inline")
    made.inline_query.register(offer)
    return made
