"""Answers to pressed buttons and inline queries: once, and in time."""

import re

from simulator.errors import QUERY_EXPIRED, Json, bad_request
from simulator.html_mode import utf16_length
from simulator.methods.call import Call
from simulator.world import Query

MAX_ANSWER_UNITS = 200
MAX_INLINE_RESULTS = 50
MAX_RESULT_ID_BYTES = 64


def answer_callback_query(call: Call) -> bool:
    params = call.params
    text, url = params.text("text"), params.text("url")
    if utf16_length(text) > MAX_ANSWER_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    query = _open_query(call, call.world.callbacks, params.text("callback_query_id"))
    if url and not _opens_this_bot(call, url):
        raise bad_request("URL_INVALID")
    answer = {"text": text, "show_alert": params.flag("show_alert"), "url": url or None}
    _answer(query, answer)
    query.chat.emit("callback_answered", callback_id=query.id, **answer)
    return True


def answer_inline_query(call: Call) -> bool:
    params = call.params
    results = params.array("results", "InlineQueryResult")
    if results is None:
        raise bad_request("can't parse inline query results: expected an Array")
    if len(results) > MAX_INLINE_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    checked = [_result(result) for result in results]
    if len({result["id"] for result in checked}) != len(checked):
        raise bad_request("RESULT_ID_DUPLICATE")
    query = _open_query(call, call.world.inline_queries, params.text("inline_query_id"))
    answer = {"results": checked, "next_offset": params.text("next_offset")}
    _answer(query, answer)
    query.chat.emit("inline_results", inline_query_id=query.id, **answer)
    return True


def _open_query(call: Call, queries: dict[str, Query], query_id: str) -> Query:
    """The query, if it is this bot's, in time and without an answer; 400 otherwise.

    A second answer is also shown to the page, as `callback_error`: a bot that answers twice
    has two handlers for one press.
    """
    query = queries.get(query_id)
    if query is None or query.chat.bot.id != call.bot.id:
        raise bad_request(QUERY_EXPIRED)
    if query.answer is not None:
        query.chat.emit("callback_error", callback_id=query.id, description="answered twice")
        raise bad_request(QUERY_EXPIRED)
    if query.expires <= call.world.clock.now():
        raise bad_request(QUERY_EXPIRED)
    return query


def _answer(query: Query, answer: Json) -> None:
    query.answer = answer
    query.answered.set_result(answer)


def _opens_this_bot(call: Call, url: str) -> bool:
    """Only games may open anything else from a callback."""
    link = rf"https?://t\.me/{call.bot.username}\?start=[\w-]{{1,64}}"
    return re.fullmatch(link, url, re.IGNORECASE) is not None


def _result(result: object) -> Json:
    if not isinstance(result, dict):
        raise bad_request("can't parse inline query result: expected an Object")
    identifier = result.get("id")
    if (
        not isinstance(identifier, str)
        or not 1 <= len(identifier.encode(errors="surrogatepass")) <= MAX_RESULT_ID_BYTES
    ):
        raise bad_request("RESULT_ID_INVALID")
    if not isinstance(result.get("type"), str):
        raise bad_request("can't parse inline query result: Can't find field \"type\"")
    return result
