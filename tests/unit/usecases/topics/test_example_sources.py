"""What chats show, read as examples; and why it cannot be read."""

from __future__ import annotations

import pytest

from bot.model import Example
from bot.usecases.topics.example_sources import Unreadable, UnreadableReason, read_file, read_link, read_text
from tests.fakes.feed_server import Answer
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.workers import InProcessWorkers

TEXT = (
    "Gempa bumi berkekuatan 5,6 mengguncang Cianjur, Jawa Barat. Ribuan rumah rusak dan ratusan orang mengungsi. " * 3
)
HTML = f"<html><head><title>Gempa Cianjur</title></head><body><article><h1>Gempa Cianjur</h1><p>{TEXT}</p></article>"
URL = "https://kompas.example/gempa"


async def link(*answers: tuple[str, Answer | None]) -> Example | Unreadable:
    return await read_link(FakeFetcher(dict(answers)), InProcessWorkers(), URL)


def page(body: str = HTML, status: int = 200, **headers: str) -> Answer:
    return Answer(body.encode(), status=status, headers={"content-type": "text/html; charset=utf-8", **headers})


async def test_a_page_is_read_with_its_title_and_language() -> None:
    read = await link((URL, page()))
    assert isinstance(read, Example)
    assert (read.origin, read.title, read.language) == (URL, "Gempa Cianjur", "id")
    assert "Ribuan rumah rusak" in read.text


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (page(status=403), UnreadableReason.BLOCKED),
        (page(status=401), UnreadableReason.BLOCKED),
        (page(status=429), UnreadableReason.BLOCKED),
        (page(status=404), UnreadableReason.NOT_THERE),
        (page(status=410), UnreadableReason.NOT_THERE),
        (page(status=500), UnreadableReason.UNREACHABLE),
        (None, UnreadableReason.UNREACHABLE),
        (page("<html><body></body></html>"), UnreadableReason.NO_ARTICLE),
        (page(status=302, location="https://kompas.example/"), UnreadableReason.BLOCKED),
        (page(status=302, location="file:///etc/passwd"), UnreadableReason.PRIVATE),
    ],
)
async def test_why_a_page_cannot_be_read(answer: Answer | None, trouble: UnreadableReason) -> None:
    read = await link((URL, answer), ("https://kompas.example/", page()))
    assert isinstance(read, Unreadable)
    assert (read.kind, read.origin) == (trouble, URL)


@pytest.mark.parametrize(
    ("name", "kind", "body"),
    [
        ("berita.txt", "", f"Gempa Cianjur\n\n{TEXT}".encode()),
        ("BERITA.TXT", "application/octet-stream", f"Gempa Cianjur\n\n{TEXT}".encode("utf-16")),
        ("simpan.html", "", HTML.encode()),
        ("tanpa-akhiran", "text/html", HTML.encode()),
        ("tanpa-akhiran", "text/plain", f"Gempa Cianjur\n\n{TEXT}".encode()),
    ],
)
async def test_documents_are_texts_or_pages(name: str, kind: str, body: bytes) -> None:
    read = await read_file(InProcessWorkers(), name, kind, body)
    assert isinstance(read, Example)
    assert (read.origin, read.title) == (name, "Gempa Cianjur")


async def test_other_documents_are_refused_and_empty_ones_have_no_article() -> None:
    refused = await read_file(InProcessWorkers(), "laporan.pdf", "application/pdf", b"%PDF-1.7")
    empty = await read_file(InProcessWorkers(), "kosong.txt", "", b"\0\0 \n")
    assert isinstance(refused, Unreadable)
    assert isinstance(empty, Unreadable)
    assert (refused.kind, empty.kind) == (UnreadableReason.OTHER_KIND, UnreadableReason.NO_ARTICLE)


async def test_a_text_of_any_length_is_read_quickly() -> None:
    read = await read_text("kata " * 400_000, "message")
    assert isinstance(read, Example)
    assert len(read.text) <= 200_000
