"""What is counted for Prometheus. What the database knows is read from it when somebody asks."""

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from storage import gauges
from storage.away import AwayError
from storage.database import Database

REGISTRY = CollectorRegistry()
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)

HANDLED = Counter(
    "lanka_updates_total",
    "Updates by kind and outcome: done, again (tried once more later), dead (put aside).",
    ["kind", "outcome"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "lanka_update_seconds",
    "Seconds that an attempt to handle an update took.",
    ["kind"],
    registry=REGISTRY,
    buckets=BUCKETS,
)
WAITING_LANES = Gauge(
    "lanka_busy_chats", "Chats that this process is busy with.", registry=REGISTRY
)
FLOODED = Counter(
    "lanka_flooded_updates_total",
    "Updates not taken from people who send too many at once.",
    registry=REGISTRY,
)

OUTBOX = Gauge(
    "lanka_outbox_messages", "Messages of the outbox by state.", ["state"], registry=REGISTRY
)
OUTBOX_AGE = Gauge(
    "lanka_outbox_oldest_due_seconds",
    "How long the oldest message that is due has waited.",
    registry=REGISTRY,
)
INBOX = Gauge("lanka_inbox_updates", "Updates by state.", ["state"], registry=REGISTRY)
INBOX_AGE = Gauge(
    "lanka_inbox_oldest_waiting_seconds",
    "How long the oldest update that is not answered has waited.",
    registry=REGISTRY,
)
QUESTIONS = Gauge(
    "lanka_funding_questions",
    "Questions about funding, by whether the assistant knew an answer.",
    ["outcome"],
    registry=REGISTRY,
)
RESPONSES = Gauge(
    "lanka_survey_responses", "Responses by form and state.", ["form", "state"], registry=REGISTRY
)
WORKERS = Gauge("lanka_workers", "Processes that answer updates.", registry=REGISTRY)


async def read_database(db: Database, now: datetime) -> None:
    """Bring what the database knows up to date; while it is away, the old figures stand."""
    try:
        found = await gauges.read(db, now)
    except AwayError:
        return
    for gauge, counts in (
        (OUTBOX, found.outbox),
        (INBOX, found.inbox),
        (QUESTIONS, found.questions),
    ):
        gauge.clear()
        for state, n in counts.items():
            gauge.labels(state).set(n)
    RESPONSES.clear()
    for (form, state), n in found.responses.items():
        RESPONSES.labels(form, state).set(n)
    OUTBOX_AGE.set(found.outbox_age)
    INBOX_AGE.set(found.inbox_age)
    WORKERS.set(found.workers)
