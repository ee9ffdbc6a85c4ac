"""The server: ways to call, who may, faults, flood limits, the journal, restarts."""

import asyncio
import io
import sqlite3
import time
from pathlib import Path
from typing import Any

import aiogram
import aiohttp
import pytest
import telegram
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from telegram.error import InvalidToken, NetworkError, RetryAfter
from typer.testing import CliRunner

from bot.cli import app as cli
from simulator.clock import Waypoint
from simulator.flood import Limits
from simulator.server import Simulator
from tests.simulator.clients import PERSON, TOKEN, Api, Hand, Json

JSON = {"Content-Type": "application/json"}


async def test_ways_to_call(http: aiohttp.ClientSession, hand: Hand) -> None:
    url, params = f"/bot{TOKEN}/SENDmessage", {"chat_id": str(PERSON), "text": "Ґава"}
    multipart = aiohttp.MultipartWriter("form-data")
    for name, value in params.items():
        multipart.append(value).set_content_disposition("form-data", name=name)
    for request in (
        http.get(url, params=params),
        http.post(url, params=params),
        http.post(url, data=params),
        http.post(url, data=multipart),
        http.post(url, json={"chat_id": PERSON, "text": "Ґава", "reply_markup": None}),
    ):
        async with request as response:
            answer = await response.json()
            assert response.content_type == "application/json"
        assert answer["result"]["text"] == "Ґава"


async def test_addresses_that_are_not_there(
    http: aiohttp.ClientSession, api: Api, simulator: Simulator
) -> None:
    missing = {"ok": False, "error_code": 404, "description": "Not Found"}
    for path in (f"/bot{TOKEN}/getMoon", "/bot42/getMe", "/botnonsense:abc/getMe"):
        async with http.get(path) as response:
            assert (response.status, await response.json()) == (404, missing)
    async with http.get("/bot42:another-secret/getMe") as response:
        wrong = {"ok": False, "error_code": 401, "description": "Unauthorized"}
        assert (response.status, await response.json()) == (401, wrong)
    async with http.post(f"/bot{TOKEN}/getMe", data="{", headers=JSON) as response:
        assert response.status == 400
    session = aiogram.client.session.aiohttp.AiohttpSession(
        api=aiogram.client.telegram.TelegramAPIServer.from_base(simulator.url)
    )
    async with aiogram.Bot("42:another-secret", session=session) as stranger:
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()
    with pytest.raises(InvalidToken):
        async with telegram.Bot("42:another-secret", base_url=f"{simulator.url}/bot"):
            pass


async def test_too_large_a_request(http: aiohttp.ClientSession, api: Api) -> None:
    data = io.BytesIO(b"{" + bytes(52 * 2**20))
    async with http.post(f"/bot{TOKEN}/getMe", data=data, headers=JSON) as response:
        answer = await response.json()
    assert answer == {"ok": False, "error_code": 413, "description": "Request Entity Too Large"}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])  # noqa: S104
def test_loopback_only(host: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        Simulator(host=host)


async def test_more_than_loopback_only_when_told_so_and_with_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Simulator(host="0.0.0.0", exposed=True) as simulator:  # noqa: S104
        assert "whoever reaches 0.0.0.0 can read every chat and act as everybody" in caplog.text
        async with aiohttp.ClientSession(simulator.url) as http:
            named = {"Host": "demo.example"}
            async with http.get("/sim/people", headers=named) as response:
                assert response.status == 200
            foreign = named | {"Origin": "https://evil.example"}
            async with http.get("/sim/people", headers=foreign) as response:
                assert response.status == 403


def test_the_command_says_how_to_be_told_so(tmp_path: Path) -> None:
    command = ["simulator", "--data", str(tmp_path), "--host", "192.0.2.1"]
    done = CliRunner().invoke(cli, command)
    assert done.exit_code == 2
    assert "listens on loopback only, not on 192.0.2.1; --exposed" in done.output


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}],
)
async def test_other_sites_are_kept_out(
    http: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    async with http.post("/sim/people", json={"first_name": "x"}, headers=headers) as response:
        assert response.status == 403


async def test_the_page_itself_may_call(simulator: Simulator, http: aiohttp.ClientSession) -> None:
    async with http.get("/sim/people", headers={"Origin": simulator.url}) as response:
        assert response.status == 200


async def test_the_page_is_served(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as response:
        assert (response.status, response.content_type) == (200, "text/html")


async def test_a_port_that_is_taken(simulator: Simulator, tmp_path: Path) -> None:
    port = int(simulator.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="address already in use"):
        async with Simulator(tmp_path, port=port):
            raise AssertionError("two servers on one port")
    async with Simulator(tmp_path):  # the first attempt left nothing open
        pass


# -- faults


async def fault(http: aiohttp.ClientSession, **body: Any) -> list[Json]:
    async with http.post("/sim/faults", json=body) as response:
        assert response.status == 200, await response.text()
        shown: list[Json] = await response.json()
        return shown


async def texts(hand: Hand) -> list[str]:
    return [m["text"] for m in (await hand.sees())["messages"]][1:]


@pytest.mark.filterwarnings("ignore:.*retry_after.*:telegram.warnings.PTBDeprecationWarning")
async def test_faults_that_are_answers(
    http: aiohttp.ClientSession, hand: Hand, aio: aiogram.Bot, ptb: telegram.Bot
) -> None:
    await fault(http, method="sendMessage", kind="429", retry_after=7, times=2)
    with pytest.raises(TelegramRetryAfter) as flood:
        await aio.send_message(PERSON, "a")
    assert flood.value.retry_after == 7
    with pytest.raises(RetryAfter):
        await ptb.send_message(PERSON, "a")
    for kind in ("500", "502"):
        await fault(http, method="*", kind=kind, times=2)
        with pytest.raises(TelegramServerError):
            await aio.send_message(PERSON, "a")
        with pytest.raises(NetworkError):
            await ptb.send_message(PERSON, "a")
    await fault(http, method="sendmessage", kind="garbage", times=2)
    with pytest.raises(ClientDecodeError):
        await aio.send_message(PERSON, "a")
    with pytest.raises(NetworkError):
        await ptb.send_message(PERSON, "a")
    assert await texts(hand) == []
    await aio.send_message(PERSON, "b")
    assert await texts(hand) == ["b"]


async def test_dropped_connections(
    http: aiohttp.ClientSession, hand: Hand, aio: aiogram.Bot, ptb: telegram.Bot
) -> None:
    await fault(http, method="sendMessage", kind="drop_before")
    with pytest.raises(TelegramNetworkError):
        await aio.send_message(PERSON, "a")
    assert await texts(hand) == []
    await fault(http, method="sendMessage", kind="drop_after")
    with pytest.raises(NetworkError):
        await ptb.send_message(PERSON, "b")
    assert await texts(hand) == ["b"]


async def test_delays(simulator: Simulator, http: aiohttp.ClientSession, hand: Hand) -> None:
    await fault(http, method="sendMessage", kind="delay", seconds=3600)
    asleep = simulator.clock.fell_asleep.next()
    params = {"chat_id": str(PERSON), "text": "a"}
    async with aiohttp.ClientSession(simulator.url) as other:
        sending = asyncio.create_task(other.get(f"/bot{TOKEN}/sendMessage", params=params))
        await asleep
        assert await texts(hand) == []
        async with http.post("/sim/clock", json={"advance": 3600}) as response:
            assert (await response.json())["now"] > time.time() + 3000
        (await sending).close()
    assert await texts(hand) == ["a"]


async def test_skipping_ahead_is_kept_with_the_world(tmp_path: Path) -> None:
    async def somewhere() -> list[Waypoint]:
        return [Waypoint(5000.0, {"uk": "Туди", "en": "There"})]

    def world() -> Simulator:
        return Simulator(tmp_path, clock=lambda: 1000.0, waypoints=somewhere)

    async with world() as simulator, aiohttp.ClientSession(simulator.url) as http:
        async with http.get("/sim/clock") as response:
            clock = await response.json()
        assert (clock["now"], clock["offset"]) == (1000.0, 0.0)
        assert clock["waypoints"] == [{"at": 5000.0, "label": {"uk": "Туди", "en": "There"}}]
        async with http.post("/sim/clock", json={"to": 5000}) as response:
            assert (await response.json())["now"] == 5000.0
        for back in ({"to": 4000}, {"advance": -1}):
            async with http.post("/sim/clock", json=back) as response:
                assert response.status == 400
    async with world() as again:
        assert again.clock.now() == 5000.0


async def test_a_star_spares_the_polls(http: aiohttp.ClientSession, api: Api) -> None:
    shown = await fault(http, method="*", kind="500")
    assert (shown[0]["method"], shown[0]["times"]) == ("*", 1)
    assert (await api("getUpdates"))["ok"]
    assert not (await api("getMe"))["ok"]
    await fault(http, method="getMe", kind="500", times=5)
    async with http.delete("/sim/faults") as response:
        assert await response.json() == []
    assert (await api("getMe"))["ok"]


@pytest.mark.parametrize("body", [{"kind": "418"}, {"kind": "500", "until": 1}, {"times": "x"}])
async def test_faults_that_do_not_exist(http: aiohttp.ClientSession, body: Json) -> None:
    async with http.post("/sim/faults", json=body) as response:
        assert response.status == 400


# -- the journal and flood limits


async def test_the_journal(http: aiohttp.ClientSession, api: Api, hand: Hand) -> None:
    async with http.get("/sim/calls") as response:
        before = (await response.json())[-1]["n"]
    await api("sendMessage", chat_id=PERSON, text="a")
    await api("SENDMESSAGE", chat_id=PERSON, text="")
    async with http.get("/sim/calls", params={"after": before}) as response:
        first, second = await response.json()
    assert (first["n"], first["bot"], first["method"]) == (before + 1, 42, "sendMessage")
    assert first["params"] == {"chat_id": str(PERSON), "text": "a"}
    assert (first["status"], first["ok"], first["description"]) == (200, True, "")
    assert (second["method"], second["status"], second["ok"]) == ("sendMessage", 400, False)
    assert second["description"] == "Bad Request: message text is empty"


class Stopped:
    """A clock that stands, so that a second lasts as long as a test wants."""

    def __call__(self) -> float:
        return 1_800_000_000.0


async def test_flood_limits() -> None:
    async with (
        Simulator(limits=Limits.of_telegram(), clock=Stopped()) as simulator,
        aiohttp.ClientSession(simulator.url) as http,
    ):

        async def send(chat_id: int, method: str = "sendMessage") -> Json:
            params = {"chat_id": str(chat_id), "text": "a", "action": "typing"}
            async with http.post(f"/bot{TOKEN}/{method}", data=params) as response:
                answer: Json = await response.json()
                return answer

        await send(PERSON)
        await Hand(http).do("start")
        simulator.clock.advance(1)
        assert (await send(PERSON))["ok"]
        assert (await send(PERSON, "sendChatAction"))["ok"]
        assert await send(PERSON) == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        }
        simulator.clock.advance(1)
        assert (await send(PERSON))["ok"]
        codes = [(await send(5000 + n))["error_code"] for n in range(30)]
        assert codes == [400] * 29 + [429]
        groups = []
        for _ in range(21):
            simulator.clock.advance(1)
            groups.append(await send(-100))
        assert [answer["error_code"] for answer in groups] == [400] * 20 + [429]
        assert groups[-1]["parameters"] == {"retry_after": 40}


# -- restarts


async def test_the_world_survives_a_restart(tmp_path: Path) -> None:
    async def call(http: aiohttp.ClientSession, method: str, **params: Any) -> Any:
        async with http.post(f"/bot{TOKEN}/{method}", json=params) as response:
            answer = await response.json()
            assert answer["ok"], answer
            return answer["result"]

    keyboard = {"keyboard": [[{"text": "Так"}]]}
    buttons = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
    async with (
        Simulator(tmp_path / "data") as simulator,
        aiohttp.ClientSession(simulator.url) as http,
    ):
        hand = Hand(http)
        await call(http, "setMyCommands", commands=[{"command": "a", "description": "b"}])
        await call(http, "getUpdates", allowed_updates=["message", "callback_query"])
        await hand.do("start")
        await call(http, "sendMessage", chat_id=PERSON, text="a", reply_markup=keyboard)
        card = await call(http, "sendMessage", chat_id=PERSON, text="b", reply_markup=buttons)
        await call(http, "pinChatMessage", chat_id=PERSON, message_id=card["message_id"])
        await call(http, "deleteMessage", chat_id=PERSON, message_id=2)
        await hand.upload("document", "a.txt", b"abc")
        async with http.post("/sim/people", json={"first_name": "Ірина"}):
            pass
        press = await hand.do("press", message_id=card["message_id"], row=0, col=0)
        before = await hand.sees()
        updates = await call(http, "getUpdates", offset=2)
    async with (
        Simulator(tmp_path / "data") as simulator,
        aiohttp.ClientSession(simulator.url) as http,
    ):
        hand = Hand(http)
        assert await hand.sees() == before
        assert await call(http, "getUpdates") == updates
        assert len(updates) == 2
        await call(http, "answerCallbackQuery", callback_query_id=press["callback_id"])
        document = before["messages"][-1]["document"]
        async with http.get(f"/sim/files/{document['file_id']}") as response:
            assert await response.read() == b"abc"
        next_message = await call(http, "sendMessage", chat_id=PERSON, text="c")
        assert next_message["message_id"] == before["messages"][-1]["message_id"] + 1
        await hand.do("block")  # not asked for, still after the restart
        assert await call(http, "getUpdates") == updates
        async with http.get("/sim/people") as response:
            assert len(await response.json()) == 4


async def test_one_world_has_one_simulator(tmp_path: Path) -> None:
    async with Simulator(tmp_path):
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            async with Simulator(tmp_path):
                raise AssertionError("two simulators on one world")
