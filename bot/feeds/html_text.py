"""Converts the HTML of titles, summaries and contents of feeds to plain text.

It is a scanner in one pass, because feeds contain fragments for which a document parser is not needed. Scripts, styles
and other elements that a reader never sees are left out with their content. It does not decide what part of the text is
worth reading (`bot.text.boilerplate` does). Time and memory are linear in the input, whatever it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

MAX_MARKUP = 2_000_000
"""Characters of markup that are read; the rest is cut off."""

_UNSEEN = frozenset({
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math", "head", "textarea",
    "select", "button", "video", "audio", "canvas", "map", "xml", "applet", "noembed", "noframes",
})  # fmt: skip
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "center", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table",
    "tbody", "tfoot", "thead", "tr", "ul",
})  # fmt: skip
_VOID = frozenset({"br", "hr", "wbr", "img", "p", "input", "link", "meta", "script", "style"})
"""Elements that are used without an end tag, or are never shown."""
_LONGEST_TITLE = 4_000
_CELLS = frozenset({"td", "th"})
_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "img", "input", "ins", "kbd", "label", "link", "mark", "meta", "nobr", "o:p", "param", "picture", "q", "rp",
    "rt", "ruby", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup", "time", "title", "tt",
    "u", "var", "wbr",
    "area", "base", "basefont", "bgsound", "blink", "caption", "col", "colgroup", "datalist", "dir", "frame",
    "frameset", "keygen", "marquee", "meter", "nextid", "optgroup", "plaintext", "progress", "track",
})  # fmt: skip
_KNOWN = _UNSEEN | _BLOCKS | _CELLS | _INLINE

_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]{0,30})")
_PICTURE = re.compile(r"<img\s([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_SPACES = tuple("\t\r\n\f\v\xa0")
_SEVERAL_BLANKS = re.compile("  +")
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
_ESCAPED_AGAIN = re.compile(
    r"</(?:p|div|a|strong|b|em|i|span|li|h[1-6])\s*>|<(?:p|br|img)\b[^<>]{0,2000}>", re.IGNORECASE
)
_REACH = 4_000
_BREAK = "\0"
"""Marks the end of a block until all white space of the source, newlines included, was replaced by blanks."""


def html_to_text(markup: str, *, only_known_tags: bool = False) -> str:
    """The visible text, blocks separated by one newline, entities replaced by characters.

    Args:
        markup: a fragment of HTML.
        only_known_tags: keep what looks like a tag but is no element of HTML (titles: "How `<vector>` grew").
    """
    text = _scan(markup[:MAX_MARKUP].replace(_BREAK, ""), only_known_tags)
    if _ESCAPED_AGAIN.search(text):  # escaped twice by its publisher: https://github.com/lemon24/reader/issues/406
        text = _scan(text, only_known_tags)
    return text


def _scan(markup: str, only_known_tags: bool) -> str:
    pieces: list[str] = []
    unclosed: set[str] = set()
    position, length = 0, len(markup)
    while position < length:
        start = markup.find("<", position)
        if start < 0:
            start = length
        if start > position:
            pieces.append(markup[position:start])
        if start == length:
            break
        position = _skip_tag(markup, start, pieces, unclosed, only_known_tags)
    text = unescape("".join(pieces))
    for space in _SPACES:  # one by one: a pattern with the blank in it would also replace each blank by a blank
        text = text.replace(space, " ")
    text = _SEVERAL_BLANKS.sub(" ", text)
    return "\n".join(line for block in text.split(_BREAK) if (line := block.strip()))


def _skip_tag(markup: str, start: int, pieces: list[str], unclosed: set[str], only_known_tags: bool) -> int:
    """Reads the tag, or the bare `<`, at `start`: adds its text to `pieces` and returns where to go on."""
    following = markup[start + 1 : start + 2]
    if following in ("!", "?") and (end := _declaration_end(markup, start)):
        return end
    named = _NAME.match(markup, start)
    name = named.group(1).lower() if named else ""
    if not named or (only_known_tags and name not in _KNOWN):
        pieces.append("<")
        return start + 1
    end = _tag_end(markup, start)
    if only_known_tags and _is_talked_about(markup, start, end, name):
        pieces.append("<")
        return start + 1
    if name in _BLOCKS:
        pieces.append(_BREAK)
    elif name in _CELLS:
        pieces.append(" ")
    elif name in _UNSEEN and following != "/" and markup[end - 2] != "/" and name not in unclosed:
        closing = re.compile(rf"</{re.escape(name)}\b[^>]*>?", re.IGNORECASE).search(markup, end)
        if closing:
            return closing.end()
        unclosed.add(name)
        if name in ("script", "style"):
            return len(markup)
    return end


def _is_talked_about(markup: str, start: int, end: int, name: str) -> bool:
    """Whether a tag in a title is a word of it: `<dl>` without attributes and without an end tag.

    See https://github.com/jocmp/capyreader/issues/2140.
    """
    if len(markup) > _LONGEST_TITLE or name in _VOID or markup[start:end].lower() != f"<{name}>":
        return False
    return f"</{name}" not in markup[end:].lower()


def _declaration_end(markup: str, start: int) -> int:
    """The end of a comment, doctype, CDATA mark or processing instruction; 0 if it is none of these.

    The text of an escaped CDATA section is kept (https://github.com/kurtmckee/feedparser/issues/440).
    """
    if markup.startswith("<![CDATA[", start):
        return start + 9
    if markup.startswith("<!--", start):
        end = markup.find("-->", start + 2)
        return len(markup) if end < 0 else end + 3
    return markup.find(">", start + 2, start + _REACH) + 1


def _tag_end(markup: str, start: int) -> int:
    """The end of a tag. A `>` in quotes does not end it, unless the quotes are never closed."""
    first = end = markup.find(">", start)
    if first < 0:
        return len(markup)
    for _ in range(8):
        tag = markup[start:end]
        if tag.count('"') % 2 == 0 and (tag.count('"') or tag.count("'") % 2 == 0):
            return end + 1
        end = markup.find(">", end + 1, start + _REACH)
        if end < 0:
            break
    return first + 1


def pictures_in(markup: str) -> Iterator[str]:
    """The addresses of the pictures in a text, without those of one pixel that count readers."""
    for found in _PICTURE.finditer(markup[:MAX_MARKUP]):
        attributes = {
            name.lower(): unescape(one or other or bare) for name, one, other, bare in _ATTRIBUTE.findall(found[1])
        }
        address = attributes.get("src", "").strip()
        if address and not {attributes.get("width"), attributes.get("height")} & {"0", "1"}:
            yield address


def unescape(text: str) -> str:
    """Replaces entities and character references; references to numbers beyond Unicode are dropped."""
    if "&" not in text:
        return text
    return html.unescape(_LONG_REFERENCE.sub("", text))
