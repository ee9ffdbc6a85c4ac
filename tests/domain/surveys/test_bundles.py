"""Archives of a form with its files, and what files can be shown with a question."""

import io
import zipfile

import pytest

from domain.surveys import media
from domain.surveys.media import MAX_BYTES, media_type
from domain.surveys.xlsform import check_workbook
from domain.surveys.xlsform.bundle import Bundle, is_archive, unpack
from domain.surveys.xlsform.problems import UnreadableError
from tests.domain.surveys.forms import VALUE_CHAIN, workbook

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 20
FORM = workbook(
    "type | name | label | image | media::audio\n"
    "select_one kind | kind | Which? | which.png | which.ogg\n"
    "note | end | Thanks | |",
    "list_name | name | label | image\nkind | a | A | a.png\nkind | b | B | b.jpg",
)


def packed(files: dict[str, bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableError) as caught:
        unpack(data)
    return str(caught.value.problem.message)


def test_a_folder_with_a_form_and_its_media_is_one_bundle() -> None:
    data = packed(
        {
            "clinic/clinic.md": FORM,
            "clinic/clinic-media/which.png": PNG,
            "clinic/places.csv": b"name,label\na,A\n",
            "clinic/which.svg": b"<svg/>",
            "__MACOSX/clinic/._which.png": b"x",
            "clinic/.DS_Store": b"x",
            "clinic/~$clinic.xlsx": b"x",
        }
    )
    assert is_archive(data)
    made = unpack(data)
    assert (made.name, made.content) == ("clinic.md", FORM)
    assert made.files == {
        "which.png": PNG,
        "places.csv": b"name,label\na,A\n",
        "which.svg": b"<svg/>",
    }


def test_an_excel_workbook_is_a_form_not_an_archive() -> None:
    assert not is_archive(VALUE_CHAIN.read_bytes())
    made = unpack(packed({"form.xlsx": VALUE_CHAIN.read_bytes()}))
    assert made == Bundle("form.xlsx", VALUE_CHAIN.read_bytes(), {})


def test_files_without_a_form_are_a_bundle_too() -> None:
    assert unpack(packed({"a.png": PNG})) == Bundle("", b"", {"a.png": PNG})


def test_a_csv_file_that_is_a_form_is_told_from_a_list() -> None:
    form = b"survey,type,name,label\n,text,a,A\n"
    made = unpack(packed({"form.csv": form, "places.csv": b"name,label\na,A\n"}))
    assert (made.name, list(made.files)) == ("form.csv", ["places.csv"])


def test_ukrainian_names_of_an_old_windows_archive_are_read() -> None:
    data = packed({"x" * 8 + ".png": PNG}).replace(b"x" * 8, "картинка".encode("cp866"))
    assert list(unpack(data).files) == ["картинка.png"]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.md": FORM, "b/b.xlsx": b"PK"}, "several forms"),
        ({"one/a.png": PNG, "two/a.png": PNG}, "two files called “a.png”"),
        ({"readme.txt": b"words"}, "no form and no files"),
        ({f"{n}.png": PNG for n in range(501)}, "more than 500 files"),
        ({"a.png": PNG + b"\0" * MAX_BYTES}, "“a.png” has more than 10 MB"),
        ({f"{n}.png": b"\0" * (9 * 2**20) for n in range(6)}, "more than 50 MB"),
    ],
)
def test_what_cannot_be_unpacked_is_said(files: dict[str, bytes], words: str) -> None:
    assert words in refusal(packed(files))


def test_a_damaged_archive_is_said_to_be_one() -> None:
    data = packed({"a.md": FORM})
    assert is_archive(data[:40])
    assert "damaged" in refusal(data[:40])


def test_an_archive_that_lies_about_its_sizes_is_not_unpacked_further() -> None:
    data = packed({"a.png": b"\0" * (MAX_BYTES + 10)})
    size = (MAX_BYTES + 10).to_bytes(4, "little")
    with pytest.raises(UnreadableError):
        unpack(data.replace(size, (100).to_bytes(4, "little")))


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("a.PNG", PNG, "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.webp", b"RIFF\0\0\0\0WEBP", "image/webp"),
        ("a.mp3", b"ID3\x03", "audio/mpeg"),
        ("a.ogg", b"OggS\0", "audio/ogg"),
        ("a.mp4", MP4, "video/mp4"),
        ("a.png", b"\xff\xd8\xff\xe0", ""),
        ("a.jpg", b"<html>", ""),
        ("a.svg", b"<svg/>", ""),
        ("a.mp3", b"", ""),
        ("a.png", PNG + b"\0" * MAX_BYTES, ""),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_content(name: str, content: bytes, mime: str) -> None:
    assert media_type(name, content) == mime
    assert all(ending == ending.lower() for ending in media.ENDINGS)


def test_missing_media_are_named_by_row() -> None:
    def places(files: dict[str, bytes]) -> list[tuple[str | None, int | None, str, str]]:
        report = check_workbook(FORM, "clinic.md", files)
        assert report.ok
        return [
            (one.sheet, one.row, one.column or "", str(one.message.params["file"]))
            for one in report.warnings
            if "file" in one.message.params
        ]

    assert places({}) == [
        ("survey", 2, "image", "which.png"),
        ("survey", 2, "audio", "which.ogg"),
        ("choices", 2, "image", "a.png"),
        ("choices", 3, "image", "b.jpg"),
    ]
    good = {"which.png": PNG, "which.ogg": b"OggS", "a.png": PNG, "b.jpg": b"\xff\xd8\xff"}
    assert places(good) == []
    assert places(good | {"a.png": b"no picture"}) == [("choices", 2, "image", "a.png")]
