"""The budget of messages, in simulated time: rate, order, gaps, pauses."""

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import RetryAfter

from bot.budget import GAP, GROUP_RATE, REPLY, Budget, PausedError, counts
from bot.limiter import BudgetLimiter, Turn

BULK = 6


class Time:
    """A clock that jumps to the next sleeper once everybody sleeps."""

    def __init__(self) -> None:
        self.at = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.at + seconds, next(self._numbers), done))
        await done

    async def run(self, *work: Awaitable[object]) -> None:
        """Let everything that was begun go to its end."""
        group = asyncio.gather(*work)
        while not group.done():
            for _ in range(20):
                await asyncio.sleep(0)
            if not group.done():
                assert self._sleepers, "everybody waits for nothing"
                when, _, done = heapq.heappop(self._sleepers)
                self.at = max(self.at, when)
                if not done.done():
                    done.set_result(None)
        await group


def most_in_a_second(times: list[float]) -> int:
    return max(sum(start <= t < start + 1 for t in times) for start in times)


Order = tuple[float, int, int]


async def play(time: Time, budget: Budget, orders: list[Order]) -> list[tuple[float, int, int]]:
    """Ask for turns as (when, chat, priority); what was granted as (when, chat, priority)."""
    granted: list[tuple[float, int, int]] = []

    async def one(when: float, chat: int, priority: int) -> None:
        await time.sleep(when)
        await budget.take(chat, priority)
        granted.append((time.at, chat, priority))

    await time.run(*(one(*order) for order in orders))
    return granted


orders = st.lists(
    st.tuples(
        st.floats(0, 3, allow_nan=False), st.integers(1, 12), st.sampled_from([REPLY, 1, BULK])
    ),
    min_size=1,
    max_size=80,
)


@settings(max_examples=60, deadline=None)
@given(orders)
async def test_whatever_is_asked_for_the_limits_hold_and_everybody_gets_a_turn(
    asked: list[Order],
) -> None:
    time = Time()
    budget = Budget(10, 4, now=time.now, sleep=time.sleep)
    granted = await play(time, budget, asked)
    assert len(granted) == len(asked)
    assert most_in_a_second([when for when, _, _ in granted]) <= 10
    unasked = [(when, chat) for when, chat, priority in granted if priority != REPLY]
    assert not unasked or most_in_a_second([when for when, _ in unasked]) <= 6
    last: dict[int, float] = {}
    for when, chat, priority in granted:
        if priority != REPLY and chat in last:
            assert when - last[chat] >= GAP - 1e-9
        last[chat] = when


async def test_a_reply_does_not_wait_behind_a_broadcast() -> None:
    time = Time()
    budget = Budget(10, 4, now=time.now, sleep=time.sleep)
    bulk = [(0.0, chat, BULK) for chat in range(1, 101)]
    granted = await play(time, budget, [*bulk, (3.0, 7, REPLY)])
    [reply] = [when for when, _, priority in granted if priority == REPLY]
    assert reply == 3.0
    assert time.at == pytest.approx(100 / 6 * 1.02, rel=0.1)


async def test_what_people_wait_for_goes_before_what_they_do_not() -> None:
    time = Time()
    budget = Budget(2, 0, now=time.now, sleep=time.sleep)
    granted = await play(time, budget, [(0, c, BULK) for c in range(1, 9)] + [(0.5, 99, 1)])
    assert [chat for _, chat, _ in granted].index(99) == 2


async def test_what_leaves_on_its_own_yields_to_many_replies() -> None:
    time = Time()
    budget = Budget(10, 4, now=time.now, sleep=time.sleep)
    for chat in range(10):
        budget.note(chat)
    granted = await play(time, budget, [(0.5, 50, BULK), (0.5, 51, REPLY)])
    assert [chat for _, chat, _ in granted] == [51, 50]
    assert granted[0][0] == pytest.approx(1.02)


async def test_a_pause_is_not_released_early() -> None:
    time = Time()
    budget = Budget(10, 4, now=time.now, sleep=time.sleep)
    budget.pause(30)
    budget.pause(2)
    granted = await play(time, budget, [(0, 1, REPLY), (1, 2, REPLY)])
    assert [when for when, _, _ in granted] == [30.0, 30.0]


async def test_what_nobody_asked_for_does_not_wait_a_pause_out() -> None:
    time = Time()
    budget = Budget(10, 4, now=time.now, sleep=time.sleep)
    await budget.take(1, BULK)

    async def break_off() -> None:
        await time.sleep(0.5)
        budget.pause(600)

    with pytest.raises(PausedError):
        await time.run(budget.take(1, BULK), break_off())
    assert time.at <= GAP


async def test_groups_have_a_limit_of_their_own() -> None:
    time = Time()
    budget = Budget(30, 0, now=time.now, sleep=time.sleep)
    granted = await play(time, budget, [(0, -5, REPLY)] * (GROUP_RATE + 1))
    assert [when for when, _, _ in granted].count(0.0) == GROUP_RATE
    assert granted[-1][0] == 60.0


async def test_who_gives_up_takes_no_turn() -> None:
    budget = Budget(1, 0)
    await budget.take(1, BULK)
    second = asyncio.create_task(budget.take(2, BULK))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    assert budget._waiting == []


def answering(outcome: object) -> Callable[..., Awaitable[object]]:
    async def callback() -> object:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return callback


async def test_ptb_waits_for_its_turn_and_a_refusal_pauses_everybody() -> None:
    time = Time()
    budget = Budget(10, 4, now=time.now, sleep=time.sleep)
    limiter = BudgetLimiter(budget)

    async def send(outcome: object, turn: Turn | None, method: str = "sendMessage") -> object:
        return await limiter.process_request(
            answering(outcome),  # type: ignore[arg-type]
            (),
            {},
            method,
            {"chat_id": 5},
            turn,
        )

    await time.run(send(1, Turn(BULK)), send(2, Turn(BULK)))
    assert time.at == pytest.approx(GAP)
    with pytest.raises(RetryAfter):
        await send(RetryAfter(9), Turn(BULK, taken=True))
    await time.run(send(3, None, "getMe"))
    assert time.at == pytest.approx(GAP)
    await time.run(send(4, None))
    assert time.at == pytest.approx(GAP + 9)


@pytest.mark.parametrize(
    ("method", "counted"),
    [
        ("sendMessage", True),
        ("sendPhoto", True),
        ("editMessageText", True),
        ("sendChatAction", False),
        ("answerCallbackQuery", False),
        ("getMe", False),
        ("deleteMessage", False),
    ],
)
def test_what_counts_as_a_message(method: str, counted: bool) -> None:
    assert counts(method) is counted


def test_a_reserve_that_leaves_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="reserve"):
        Budget(10, 10)
