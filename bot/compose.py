"""Puts the program together: constructors only, no rules."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.fsm.storage.memory import DisabledEventIsolation
from aiogram.types import LinkPreviewOptions
from aiogram_dialog import setup_dialogs

from bot.budget import Budget
from bot.clock import Clock, utc_now
from bot.dispatcher import LankaDispatcher, errors
from bot.flood import FloodGate
from bot.lanes import Lanes
from bot.middlewares import MeetPerson, StripInvisible
from bot.models import quicken_models
from bot.session import CountReplies, LankaSession
from bot.settings import Settings
from dialogs import commands, fallback, notice_buttons
from dialogs.authoring import intake
from dialogs.authoring.dialogs import authoring
from dialogs.broadcasts import handlers as broadcast_handlers
from dialogs.broadcasts import live as live_cards
from dialogs.broadcasts.dialogs import broadcasts_dialog
from dialogs.context import App
from dialogs.eligibility import entry
from dialogs.eligibility.dialogs import eligibility_dialog
from dialogs.event_desk.dialogs import event_desk
from dialogs.events import presses as event_presses
from dialogs.events import reminder_presses
from dialogs.events.dialogs import event_dialog
from dialogs.funding import inline, presses
from dialogs.funding.correcting import correcting
from dialogs.funding.desk import desk
from dialogs.home.dialogs import home
from dialogs.intents import name_windows_apart
from dialogs.inviting.dialogs import inviting_dialog
from dialogs.language.dialogs import language
from dialogs.messages import Messages
from dialogs.muting.dialogs import muting
from dialogs.organisation.dialogs import organisation
from dialogs.organisers.dialogs import organisers
from dialogs.privacy.dialogs import privacy
from dialogs.results.dialogs import results
from dialogs.results.directory import directory
from dialogs.stale import CurrentWindowOnly
from dialogs.start.dialogs import start
from dialogs.survey import nudges
from dialogs.survey.dialogs import survey
from domain.funding.search import dictionary
from storage import people, schema
from storage.database import open_database
from storage.forms import Forms
from storage.library import Funding


@dataclass(frozen=True, slots=True)
class Program:
    """The parts that a runner starts and stops."""

    settings: Settings
    app: App
    bot: Bot
    dispatcher: LankaDispatcher
    budget: Budget
    lanes: Lanes


@asynccontextmanager
async def compose(settings: Settings, now: Clock = utc_now) -> AsyncIterator[Program]:
    """Open the database, bring its schema up to date, and connect everything to it."""
    dictionary.keep_in(settings.cache_dir)
    quicken_models()
    async with open_database(settings.database_url) as db:
        await schema.upgrade(db)
        await people.set_owners(db, settings.owner_ids, now())
        app = App(
            db=db,
            forms=Forms(db),
            now=now,
            secret=secret_of(settings),
            funding=Funding(db),
            bulk_rate=settings.telegram_rate - settings.telegram_reserve,
            approval_above=settings.broadcast_approval_above,
        )
        bot = bot_of(settings)
        budget = Budget(settings.telegram_rate, settings.telegram_reserve)
        bot.session.middleware(CountReplies(budget, db, now))
        try:
            async with bot:
                dispatcher = make_dispatcher(app, settings, now)
                gate = FloodGate(settings.flood_burst, settings.flood_rate)
                lanes = Lanes(app, bot, dispatcher, gate)
                yield Program(settings, app, bot, dispatcher, budget, lanes)
        finally:
            app.studio.close()


def make_dispatcher(app: App, settings: Settings, now: Clock) -> LankaDispatcher:
    """The dispatcher with every conversation. A dialog can be attached to one dispatcher only."""
    dp = LankaDispatcher(app.db, now)
    dp.update.outer_middleware(StripInvisible())
    dp.update.outer_middleware(MeetPerson(app, settings.owner_ids))
    dp.include_routers(
        errors(),
        notice_buttons.router(),
        live_cards.router(),
        broadcast_handlers.router(),
        event_presses.router(),
        reminder_presses.router(),
        nudges.router(),
        inline.router(),
        commands.router(),
        fallback.newcomers(),
        intake.router(),
        presses.router(),
        entry.router(),
        start(),
        home(),
        language(),
        organisers(),
        inviting_dialog(),
        broadcasts_dialog(),
        muting(),
        privacy(),
        organisation(),
        survey(),
        eligibility_dialog(),
        desk(),
        correcting(),
        results(),
        event_dialog(),
        event_desk(),
        directory(),
        authoring(),
        fallback.router(),
    )
    name_windows_apart()
    # Each conversation has its turn already; a lock of the library's own would only cost memory.
    setup_dialogs(dp, message_manager=Messages(), events_isolation=DisabledEventIsolation())
    dp.callback_query.middleware(CurrentWindowOnly())
    return dp


def bot_of(settings: Settings) -> Bot:
    """aiogram's bot, on the server that the settings name."""
    server = TelegramAPIServer.from_base(str(settings.telegram_api_url).rstrip("/"))
    return Bot(
        settings.bot_token.get_secret_value(),
        session=LankaSession(api=server),
        default=DefaultBotProperties(
            parse_mode=ParseMode.HTML,
            link_preview=LinkPreviewOptions(is_disabled=True),
        ),
    )


def secret_of(settings: Settings) -> bytes:
    """A key for signed links: as secret as the token, and without another setting to keep."""
    token = settings.bot_token.get_secret_value()
    return hmac.digest(token.encode(), b"lanka links", hashlib.sha256)
