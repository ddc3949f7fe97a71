"""Removes from a page what is not its article, by the page's structure: consent dialogs, lists of other articles, posts
of a live blog, further articles that are shown below the first.

What is removed here cannot be told by its words: each item of a list is a headline with a summary like any other. If a
page is nothing but such a list, nothing is left of it. (https://github.com/adbar/trafilatura/issues/811)
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urldefrag

from bot.features.relevance import is_about
from bot.model import Language
from bot.text.urls import absolute_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]  # -- lxml ships no types

_CONSENT: Final = re.compile(
    r"(?:^|[\s_-])(?:cmp(?:box|wrapper)?\d*|onetrust[\w-]*|ot-sdk[\w-]*|didomi[\w-]*|qc-cmp2?[\w-]*|usercentrics[\w-]*|"
    r"sp_message[\w-]*|fc-consent[\w-]*|truste[\w-]*|cookiebot[\w-]*|cybotcookie[\w-]*|iubenda[\w-]*|osano[\w-]*|klaro|"
    r"borlabs[\w-]*|tarteaucitron[\w-]*|cmplz[\w-]*|cc-window|cky-[\w-]*|evidon[\w-]*|axeptio[\w-]*|termly[\w-]*|"
    r"(?:cookie|consent|gdpr|privacy)[_-]?(?:s?[_-]?(?:banner|notice|bar|dialog|popup|modal|overlay|message|wall|layer|box|"
    r"law[\w-]*|container|manager|consent))?)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Names of the containers of consent dialogs: of the platforms that most sites use, and what others call their own."""

_CARDS: Final = 4
"""Fewer items of one form are no list."""
_MOST_LINKS: Final = 5_000
"""Links, and times, of a page that are looked at."""
_LONGEST_CARD: Final = 600
"""Characters of an item: a headline, a summary, a date."""
_LONGEST_POST: Final = 4_000
"""Characters of a post of a live blog."""
_SHORTEST_HEADLINE: Final = 15
_SHORTEST_POST: Final = 40
_SHORTEST_ARTICLE: Final = 300
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS: Final = frozenset({"p", "div", "ul", "ol", "section", "article", "blockquote", "table", "figure", *_HEADINGS})
_READING_AIDS: Final = frozenset({"rt", "rp", "rtc"})
_FOR_MACHINES: Final = re.compile(r"(?:^|\s)(?:sr-only|visually-hidden|screen-reader-text|a11y-hidden)(?:\s|$)")
"""Classes of text that only screen readers read: labels of buttons and links."""
_INLINE: Final = frozenset({"span", "strong", "b", "em", "i", "u", "font", "small", "mark"})
_NEVER_DROPPED: Final = frozenset({"html", "body", "main", "article", "head"})


def drop_consent_dialogs(tree: HtmlElement) -> None:
    """Remove consent dialogs; an element that also holds the page's main content stays."""
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in _NEVER_DROPPED:
            continue
        named = f"{element.get('id') or ''} {element.get('class') or ''}"
        if len(named) > 1 and _CONSENT.search(named) and not any(True for _ in element.iter("h1", "main", "article")):
            _drop(element)


def show_as_read(tree: HtmlElement) -> None:
    """Make the tree as a reader sees it: without what is hidden and without reading aids above characters, unknown
    elements as the blocks that they are.

    `hidden="until-found"` is shown when it is searched for (https://html.spec.whatwg.org/#the-hidden-attribute).
    """
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in _NEVER_DROPPED:
            continue
        if element.tag in _READING_AIDS or _is_hidden(element):
            _drop(element)
        elif "-" in element.tag:
            is_within = any(above.tag == "p" for above in element.iterancestors())
            has_blocks = any(one is not element and _is_block(one) for one in element.iter())
            element.tag = "span" if is_within else "div" if has_blocks else "p"


def keep_times_of_sentences(tree: HtmlElement) -> None:
    """Make `<time>` within a sentence plain text; elsewhere it dates an article and is no part of its text."""
    for time in list(tree.iter("time")):
        if _has_text_beside(time):
            time.drop_tag()


def _is_block(element: HtmlElement) -> bool:
    return isinstance(element.tag, str) and (element.tag in _BLOCKS or "-" in element.tag)


def _is_hidden(element: HtmlElement) -> bool:
    hidden, style = element.get("hidden"), (element.get("style") or "").replace(" ", "").lower()
    is_marked = hidden is not None and hidden.lower() != "until-found"
    return is_marked or "display:none" in style or _FOR_MACHINES.search(element.get("class") or "") is not None


def drop_lists(tree: HtmlElement, url: str) -> bool:
    """Remove lists of other articles and posts of live blogs; whether there were any.

    An item is a block with a headline that is a link to another page, or with a time of its own; a list has at least
    four blocks of one form below one parent.
    """
    series: defaultdict[tuple[HtmlElement, str, str], list[HtmlElement]] = defaultdict(list)
    for element in _cards(tree, url):
        series[element.getparent(), element.tag, element.get("class") or ""].append(element)
    found = [items for items in series.values() if len(items) >= _CARDS]
    for items in found:
        for item in items:
            _drop(item)
    return bool(found)


def keep_own_article(tree: HtmlElement, title: str, language: Language) -> bool:
    """Of several long articles on the page, keep the one with the page's title; False if none of them has it."""
    articles = [one for one in tree.iter("article") if not any(above.tag == "article" for above in one.iterancestors())]
    long = [(one, _heading_of(one)) for one in articles if len(_text(one)) >= _SHORTEST_ARTICLE]
    headed = [(one, heading) for one, heading in long if heading]
    if len(headed) < 2:
        return True
    own = next((one for one, heading in headed if heading.casefold() == title.casefold()), None)
    if own is None:
        own = next((one for one, heading in headed if is_about(heading, title, "", language)), None)
    for one, _ in headed:
        if own is not None and one is not own:
            _drop(one)
    return own is not None


def asides_as_blocks(tree: HtmlElement) -> bool:
    """Turn `<aside>` with several paragraphs into ordinary blocks, as some sites put their article there; whether any.

    https://github.com/adbar/trafilatura/issues/569
    """
    found = [
        one for one in tree.iter("aside") if sum(len(_text(each)) >= _SHORTEST_POST for each in one.iter("p")) >= 2
    ]
    for one in found:
        one.tag = "div"
        one.attrib.clear()
    return bool(found)


def _cards(tree: HtmlElement, url: str) -> Iterator[HtmlElement]:
    """The items of what may be lists, each as the outermost block that has nothing of another item in it."""
    own = urldefrag(url)[0]
    headlines: dict[HtmlElement, str] = {}
    for link in islice(tree.iter("a"), _MOST_LINKS):
        if (block := _headline(link)) is not None and (leads := _elsewhere(link, own)) is not None:
            headlines[block] = leads
    yield from _outermost(headlines, _LONGEST_CARD)
    times = {time.getparent(): f"{time.get('datetime')} {time.text}" for time in islice(tree.iter("time"), _MOST_LINKS)}
    posts = {block: said for above, said in times.items() if (block := _post(above)) is not None}
    yield from _outermost(posts, _LONGEST_POST)


def _outermost(marks: Mapping[HtmlElement, str], longest: int) -> Iterator[HtmlElement]:
    """The outermost blocks round the marked ones that have no other mark than theirs."""
    within: defaultdict[HtmlElement, set[str]] = defaultdict(set)
    for block, mark in marks.items():
        for element in (block, *block.iterancestors()):
            within[element].add(mark)
    seen: set[HtmlElement] = set()
    for block in marks:
        outer = block
        for above in block.iterancestors():
            if len(within[above]) > 1 or above.tag in _NEVER_DROPPED - {"article"}:
                break
            outer = above
        if outer not in seen:
            seen.add(outer)
            if outer.getparent() is not None and len(_text(outer, longest)) <= longest:
                yield outer


def _headline(link: HtmlElement) -> HtmlElement | None:
    """The heading in or round a link, or a link that has its line for itself; None for a link within a sentence."""
    said = len(_text(link, _LONGEST_CARD))
    if said < _SHORTEST_HEADLINE:
        return None
    if next(link.iter(*_HEADINGS), None) is not None:
        return link
    block = link
    while not _has_text_beside(block):
        block = block.getparent()
        if block is None or block.tag not in _INLINE:
            return link if block is None or block.tag not in (*_HEADINGS, "li", "p") else block
    return None


def _has_text_beside(element: HtmlElement) -> bool:
    """Whether text stands directly before or after an element, in the same line."""
    before = element.getprevious()
    parent = element.getparent()
    text_before = before.tail if before is not None else parent.text if parent is not None else None
    is_inline = before is not None and before.tag in _INLINE and len(_text(before, _LONGEST_CARD)) > 0
    return bool((text_before or "").strip() or (element.tail or "").strip()) or is_inline


def _post(element: HtmlElement | None) -> HtmlElement | None:
    """The innermost block round an element with a time that has a text beside the time."""
    while element is not None and element.tag not in _NEVER_DROPPED:
        if len(_text(element, _SHORTEST_POST)) >= _SHORTEST_POST:
            return element
        element = element.getparent()
    return None


def _elsewhere(link: HtmlElement, own: str) -> str | None:
    """The address that a link leads to, if it is another page than this."""
    href = (link.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    address = absolute_url(own, href)
    page = urldefrag(address)[0] if address else None
    return None if page == own else page


def _heading_of(article: HtmlElement) -> str:
    return next((said for one in article.iter("h1", "h2") if (said := _text(one))), "")


def _text(element: HtmlElement, most: int = _SHORTEST_ARTICLE) -> str:
    """The beginning of an element's text: the text that makes it longer than `most` characters is the last."""
    pieces: list[str] = []
    length = 0
    for piece in element.itertext():
        said = " ".join(piece.split())
        if said:
            pieces.append(said)
            length += len(said) + 1
        if length > most + 1:
            break
    return " ".join(pieces)


def _drop(element: HtmlElement) -> None:
    """Remove an element; the text after it stays."""
    if element.getparent() is not None:
        element.drop_tree()
