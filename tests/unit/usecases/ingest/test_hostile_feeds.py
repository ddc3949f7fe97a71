"""What a feed writes reaches a chat as words and web addresses, over the whole way: parsed, told, rendered.

`EVIL` stands where a reader must never see it: in scripts, handlers, styles, comments and addresses of other kinds.
"""

from __future__ import annotations

import json
import re
from html import escape
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from bot.model import Language
from bot.telegram.render import Reader, Rendered, render
from bot.wording.wording import Wording
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import filler
from tests.unit.usecases.newsroom import CHAT, Newsroom

READER = Reader(Wording(Language("en")), ZoneInfo("UTC"))
SHOWN_TAGS = {"a", "b", "i", "u", "s", "code", "pre", "blockquote"}
HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
"""Controls, bidirectional marks and overrides, zero width, tag characters."""

MARKUP = (
    "<script>EVIL()</script><ScRiPt\n/x>EVIL</sCrIpT ><style>*{background:url(EVIL)}</style>",
    '<img src=x onerror="EVIL()"><svg/onload=EVIL()><svg><script>EVIL</script></svg>',
    "<a href='javascript:EVIL()' onclick=EVIL()>a word</a><a href=\"data:text/html,EVIL\">another</a>",
    "<a href='&#106;ava&#x09;script&colon;EVIL()'>more</a><form action=//EVIL><input value=EVIL></form>",
    "<iframe srcdoc='&lt;script>EVIL&lt;/script>'>EVIL</iframe><object data=EVIL>EVIL</object><embed src=EVIL>",
    "<!-- EVIL --><!--[if IE]><script>EVIL</script><![endif]--><?php EVIL ?><base href='javascript:EVIL//'>",
    "<math><mtext><script>EVIL</script></mtext></math><template>EVIL</template><noscript>EVIL</noscript>",
    "<meta http-equiv=refresh content='0;url=javascript:EVIL'><link rel=stylesheet href=EVIL>",
    "&lt;script&gt;EVIL&lt;/script&gt;&lt;p onmouseover=&quot;EVIL&quot;&gt;once too often&lt;/p&gt;",
)
ADDRESSES = (
    "javascript:EVIL()",
    " JaVaScRiPt:EVIL()",
    "java\tscript:EVIL()",
    "\x01javascript:EVIL()",
    "data:text/html;base64,EVIL",
    "vbscript:EVIL",
    "file:///etc/EVIL",
    "tg://resolve?domain=EVIL",
    "//EVIL\x00.example",
    "http://",
)
TRICKS = "\u202etxet\u202c\u200b\u2066\ufeff\U000e0041\xad\u200e"
TEXT = f"Korea sends troops. {filler('hostile')}"


class _Shown(HTMLParser):
    """Tags, attributes and words of a message."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]


def is_harmless(message: Rendered) -> None:
    shown = _Shown()
    shown.feed(message.html)
    shown.close()
    assert shown.tags <= SHOWN_TAGS
    assert shown.attributes <= {"href"}
    assert all(link.startswith(("http://", "https://")) for link in shown.links)
    assert "EVIL" not in message.html + message.plain
    assert not HIDDEN.search(message.html + message.plain)


async def told(room: Newsroom, body: bytes, content_type: str = "application/xml") -> Rendered:
    """The one message that comes of a feed."""
    room.fetcher.answers["https://antara.example/feed"] = Answer(body, headers={"content-type": content_type})
    await room.poll()
    await room.deliver()
    (alert,) = room.messenger.alerts(CHAT.chat)
    return render(alert, READER, room.clock.now())


def rss(markup: str, *, link: str = "https://antara.example/1", base: str = "", trick: str = "") -> bytes:
    """With markup in every field that is text."""
    inside = escape(markup)
    return (
        f'<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:content="http://purl.org/rss/1.0/modules/content/" xml:base="{escape(base)}">'
        f"<channel><title>Antara {inside}</title><link>https://antara.example/</link>"
        f"<description>{inside}</description><item><title>Korea{trick} {inside}</title>"
        f"<link>{escape(link)}</link><guid isPermaLink='false'>{inside}</guid><category>{inside}</category>"
        f"<dc:creator>{inside}</dc:creator><author>{inside}</author><source url='{escape(link)}'>{inside}</source>"
        f"<description>{inside} {TEXT}{trick}</description>"
        f"<content:encoded><![CDATA[{markup} {TEXT}]]></content:encoded></item></channel></rss>"
    ).encode()


def atom(markup: str, kind: str) -> bytes:
    inside = f'<div xmlns="http://www.w3.org/1999/xhtml">{markup}</div>' if kind == "xhtml" else escape(markup)
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="javascript:EVIL//">'
        f'<title type="{kind}">{inside}</title><id>urn:antara</id>'
        f'<entry><title>Korea</title><id>{escape(markup)}</id><link href="1"/><link href="javascript:EVIL"/>'
        f"<author><name>{escape(markup)}</name><uri>javascript:EVIL</uri></author><rights>{escape(markup)}</rights>"
        f'<category term="{escape(markup)}"/><summary type="{kind}">{inside} </summary>'
        f'<content type="{kind}">{inside} {TEXT if kind == "html" else ""}</content></entry></feed>'
    ).encode()


def json_feed(markup: str, link: str) -> bytes:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": markup,
            "home_page_url": link,
            "items": [
                {
                    "id": markup,
                    "url": link,
                    "external_url": link,
                    "image": link,
                    "title": "Korea",
                    "content_html": f"{markup} {TEXT}",
                    "authors": [{"name": markup, "url": link}],
                    "tags": [markup],
                }
            ],
        }
    ).encode()


@pytest.mark.parametrize("markup", MARKUP)
async def test_markup_in_any_field_is_no_more_than_its_words(room: Newsroom, markup: str) -> None:
    message = await told(room, rss(markup))
    is_harmless(message)
    assert "Korea" in message.plain
    assert "sends troops" in message.plain


@pytest.mark.parametrize("markup", MARKUP)
async def test_markup_in_json_too(room: Newsroom, markup: str) -> None:
    message = await told(room, json_feed(markup, "https://antara.example/1"), "application/feed+json")
    is_harmless(message)
    assert "Korea" in message.plain


@pytest.mark.parametrize(
    "markup", ["<<script>script>words()<</script>/script>", "<scr<script>words()</script>ipt>", "<img src='words()' "]
)
async def test_what_is_no_markup_before_markup_is_taken_out_of_it_is_none_after(room: Newsroom, markup: str) -> None:
    message = await told(room, rss(markup))
    is_harmless(message)
    assert "Korea" in message.plain


async def test_a_title_that_is_text_by_its_format_is_shown_as_it_is_and_does_nothing(room: Newsroom) -> None:
    document = json_feed("", "https://antara.example/1").replace(b'"Korea"', b'"Korea <img src=x onerror=words()>"')
    message = await told(room, document, "application/feed+json")
    is_harmless(message)
    assert "Korea &lt;img" in message.html


@pytest.mark.parametrize("kind", ["html", "xhtml"])
async def test_markup_in_atom_and_a_base_that_is_no_address(room: Newsroom, kind: str) -> None:
    word = "<p onclick='EVIL'>Here is a word of Korea on troops that are sent.</p>"
    markup = f"<script>EVIL()</script>{word}<a href='javascript:EVIL'>more</a>"
    message = await told(room, atom(markup, kind))
    is_harmless(message)
    assert "a word of Korea" in message.plain


async def test_text_that_says_it_is_text_is_shown_as_it_is_and_does_nothing(room: Newsroom) -> None:
    message = await told(room, atom("<script>words()</script>", "text"))
    assert "<script>" not in message.html.lower()
    assert "&lt;script&gt;words()&lt;/script&gt;" in message.html


@pytest.mark.parametrize("address", ADDRESSES)
async def test_only_web_addresses_are_led_to(room: Newsroom, address: str) -> None:
    printable = "".join(c for c in address if c.isprintable() or c == "\t")  # XML has no other controls
    message = await told(room, rss("", link=printable, base=printable))
    is_harmless(message)
    assert "sends troops" in message.plain


@pytest.mark.parametrize("address", ADDRESSES)
async def test_only_web_addresses_of_json_are_led_to(room: Newsroom, address: str) -> None:
    message = await told(room, json_feed("", address), "application/feed+json")
    is_harmless(message)
    assert "Korea" in message.plain


async def test_what_turns_or_hides_words_is_left_out(room: Newsroom) -> None:
    message = await told(room, rss("", trick=TRICKS))
    is_harmless(message)
    assert "Koreatxet" in message.plain


async def test_entities_become_characters_once_and_are_escaped_again(room: Newsroom) -> None:
    message = await told(room, rss("&lt;b&gt; AT&amp;T &#x3c;i&#x3e; &#0; &#xd800; &#x110000; &bogus;"))
    is_harmless(message)
    assert "AT&amp;T" in message.html


async def test_an_entity_of_the_document_is_not_resolved_from_outside(room: Newsroom) -> None:
    document = rss("").replace(
        b"<rss ", b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "EVIL">]><rss ', 1
    )
    message = await told(room, document.replace(b"<title>Korea", b"<title>Korea &x;", 1))
    is_harmless(message)
    assert "root:" not in message.plain
