"""Files: what is taken as what, identifiers, albums, downloads by bot and by person."""

import aiogram
import aiohttp
import pytest
import telegram
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InputMediaDocument, InputMediaPhoto
from telegram.error import BadRequest

from simulator.files import picture_size
from simulator.server import Simulator
from tests.simulator.clients import PERSON, TOKEN, Api, Hand, picture

GIF = b"GIF89a\x05\x00\x04\x00" + bytes(3)
JPEG = b"\xff\xd8\xff\xe0\x00\x04AB\xff\xc0\x00\x11\x08\x00\x07\x00\x09" + bytes(12)
WEBP_VP8 = b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(10) + b"\x0b\x00\x0a\x00" + bytes(4)
WEBP_VP8L = b"RIFF\x00\x00\x00\x00WEBPVP8L\x00\x00\x00\x00\x2f" + (4 | 2 << 14).to_bytes(
    4, "little"
)
WEBP_VP8X = b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(8) + b"\x01\x00\x00\x02\x00\x00"


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (picture(640, 480), (640, 480)),
        (GIF, (5, 4)),
        (JPEG, (9, 7)),
        (WEBP_VP8, (11, 10)),
        (WEBP_VP8L, (5, 3)),
        (WEBP_VP8X, (2, 3)),
        (b"%PDF-1.7", None),
        (b"\xff\xd8\xff\xd9", None),
        (b"", None),
    ],
)
def test_picture_size(data: bytes, size: tuple[int, int] | None) -> None:
    assert picture_size(data) == size


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7", "IMAGE_PROCESS_FAILED"),
        (picture(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (picture(6000, 4001), "PHOTO_INVALID_DIMENSIONS"),
        (b"", "file must be non-empty"),
    ],
    ids=["no picture", "too long", "too big", "empty"],
)
async def test_what_is_no_photo(hand: Hand, aio: aiogram.Bot, data: bytes, words: str) -> None:
    with pytest.raises(TelegramBadRequest, match=words):
        await aio.send_photo(PERSON, BufferedInputFile(data, "a.png"))


async def test_file_identifiers(hand: Hand, aio: aiogram.Bot, ptb: telegram.Bot) -> None:
    sent = await aio.send_document(PERSON, BufferedInputFile(b"abc", "a.txt"))
    assert sent.document is not None
    number = sent.document.file_id
    again = await ptb.send_document(PERSON, number)
    assert again.document is not None
    assert again.document.file_unique_id == sent.document.file_unique_id
    with pytest.raises(TelegramBadRequest, match="can't use file of type Document as Photo"):
        await aio.send_photo(PERSON, number)
    with pytest.raises(TelegramBadRequest, match="wrong file identifier/HTTP URL specified"):
        await aio.send_document(PERSON, "nonsense")
    with pytest.raises(BadRequest, match="Wrong file identifier/http url specified"):
        await ptb.send_document(PERSON, "nonsense")
    with pytest.raises(TelegramBadRequest, match="failed to get HTTP URL content"):
        await aio.send_document(PERSON, "https://eu.example/a.pdf")
    with pytest.raises(TelegramBadRequest, match="invalid file_id"):
        await aio.get_file("nonsense")


async def test_a_file_belongs_to_one_bot(
    simulator: Simulator, hand: Hand, aio: aiogram.Bot
) -> None:
    sent = await aio.send_document(PERSON, BufferedInputFile(b"abc", "a.txt"))
    assert sent.document is not None
    async with telegram.Bot("43:another-bot", base_url=f"{simulator.url}/bot") as other:
        with pytest.raises(BadRequest, match="nvalid file_id"):
            await other.get_file(sent.document.file_id)


async def test_refused_requests_leave_no_file(api: Api, hand: Hand) -> None:
    for method, words in [
        ("sendDocument", "there is no document in the request"),
        ("sendPhoto", "there is no photo in the request"),
        ("sendMediaGroup", "an album must have from 2 to 10 messages"),
    ]:
        answer = await api(method, chat_id=PERSON, photo="attach://nothing")
        assert answer["description"] == f"Bad Request: {words}"
    assert (await api("getFile"))["description"] == "Bad Request: file_id not specified"


async def test_captions(hand: Hand, aio: aiogram.Bot) -> None:
    file = BufferedInputFile(b"abc", "a.txt")
    sent = await aio.send_document(PERSON, file, caption=f"<b>{'x' * 1024}</b>", parse_mode="HTML")
    assert sent.caption == "x" * 1024
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await aio.send_document(PERSON, file, caption="x" * 1025)
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await sent.edit_text("a")
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await sent.edit_caption(
            caption="x" * 1024, parse_mode=None, caption_entities=sent.caption_entities
        )
    assert not isinstance(edited := await sent.edit_caption(), bool)
    assert edited.caption is None


async def test_text_becomes_media_and_not_back(hand: Hand, aio: aiogram.Bot) -> None:
    sent = await aio.send_message(PERSON, "a")
    photo = InputMediaPhoto(media=BufferedInputFile(picture(), "a.png"), caption="<i>c</i>")
    edited = await sent.edit_media(photo.model_copy(update={"parse_mode": "HTML"}))
    assert not isinstance(edited, bool)
    assert (edited.text, edited.html_text) == (None, "<i>c</i>")
    assert edited.photo is not None
    assert (edited.photo[0].width, edited.photo[0].height) == (2, 3)
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await sent.edit_text("b")


async def test_albums(hand: Hand, aio: aiogram.Bot) -> None:
    photo = InputMediaPhoto(media=BufferedInputFile(picture(), "a.png"))
    document = InputMediaDocument(media=BufferedInputFile(b"abc", "a.txt"))
    with pytest.raises(TelegramBadRequest, match="Document can't be mixed with other media"):
        await aio.send_media_group(PERSON, [photo, document])
    with pytest.raises(TelegramBadRequest, match="from 2 to 10"):
        await aio.send_media_group(PERSON, [photo])
    assert len(await aio.send_media_group(PERSON, [document, document])) == 2
    assert [m["document"]["file_name"] for m in (await hand.sees())["messages"][1:]] == [
        "a.txt",
        "a.txt",
    ]


async def test_downloads(http: aiohttp.ClientSession, api: Api, hand: Hand) -> None:
    given = await hand.upload("document", "../план.csv", "а;б".encode())
    document = given["document"]
    assert document["file_name"] == "план.csv"
    assert given["caption"] == "підпис"
    path = (await api("getFile", file_id=document["file_id"]))["result"]["file_path"]
    async with http.get(f"/file/bot{TOKEN}/{path}") as response:
        assert await response.read() == "а;б".encode()
    async with http.get(f"/file/bot{TOKEN}/documents/none") as response:
        assert response.status == 404
    async with http.get(f"/file/bot42:wrong/{path}") as response:
        assert response.status == 401
    async with http.get(f"/sim/files/{document['file_id']}") as response:
        assert (response.content_type, await response.text()) == ("text/csv", "а;б")
        assert response.headers["Content-Security-Policy"] == "sandbox"
    async with http.get("/sim/files/none") as response:
        assert response.status == 404


@pytest.mark.parametrize("kind", ["photo", "poem"])
async def test_uploads_refused(hand: Hand, kind: str) -> None:
    await hand.upload(kind, "a.txt", b"abc", expect=400)
    await hand.upload("document", "a.txt", b"", expect=400)


async def test_a_big_file_is_not_downloaded(simulator: Simulator, api: Api) -> None:
    big = simulator.world.files.add(42, "document", "a.bin", "", bytes(20 * 2**20 + 1))
    answer = await api("getFile", file_id=big.file_id)
    assert answer["description"] == "Bad Request: file is too big"
