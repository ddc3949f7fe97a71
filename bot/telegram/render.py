"""Renders content as a Telegram message in the chat's language and time zone, within Telegram's length limit. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.alerts.outlet_preferences import OutletPreferences, by_outlet, sort_by_preference
from bot.alerts.schedule import zone_of
from bot.model import (
    Alert,
    Chat,
    Content,
    Digest,
    DigestItem,
    Language,
    Notice,
    Preview,
    Review,
    Rise,
    Sentence,
    TopicReason,
    Update,
    Version,
)
from bot.telegram.buttons import Keyboard
from bot.telegram.markup import (
    CAPTION_LIMIT,
    MESSAGE_LIMIT,
    Line,
    Span,
    fits,
    line,
    shortened,
    span,
    to_html,
    to_plain,
    units,
    usable_link,
)
from bot.telegram.notice_buttons import notice_buttons
from bot.text.clean import clean_title
from bot.wording.alerts import byline, foreign_language, notice_text
from bot.wording.digests import digest_facts, digest_heading
from bot.wording.reasons import match_reason, reason_lead
from bot.wording.stories import NAMED, outlet_text, update_text, written_text
from bot.wording.trends import rise_text
from bot.wording.wording import Wording

_TITLE_LENGTH = 600
_TOPIC_LENGTH = 80
_OUTLET_LENGTH = 40
_ALSO_LINK = 256
_SUMMARY_LEAST = 200
"""The minimum length to which the first sentence of a summary is cut if the message is too long."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The language, time zone and preferences with which a message is rendered."""

    wording: Wording
    timezone: ZoneInfo
    reads: tuple[Language, ...] = ()
    """Languages that need no label; if empty, only the language of the message."""
    picture: Preview = Preview.BELOW
    outlets: tuple[str, ...] = ()
    """Outlets whose versions of a story come first."""

    @classmethod
    def of(cls, chat: Chat, language: Language, timezone: ZoneInfo) -> Reader:
        """The reader of a chat. `language` and `timezone` are used if the chat has not chosen its own."""
        chosen, zone = chat.preferences, zone_of(chat.timezone, timezone)
        return cls(Wording(chat.language or language), zone, chosen.reads, chosen.preview, chosen.outlets)

    @property
    def taste(self) -> OutletPreferences:
        return OutletPreferences(self.reads or (self.wording.language,), self.outlets)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message as HTML, and as plain text in case Telegram refuses the HTML."""

    html: str
    plain: str
    preview: str | None = None
    """The URL for the link preview (Bot API, "LinkPreviewOptions"); None: no preview."""
    keyboard: Keyboard = ()
    picture_above: bool = False


def render(
    content: Content,
    reader: Reader,
    now: datetime,
    *,
    thread_gone: bool = False,
    in_channel: bool = False,
    note: str = "",
) -> Rendered:
    """The message for a content.

    Args:
        thread_gone: adds a line saying that it was meant for a topic of a forum that no longer exists.
        in_channel: renders an alert as a post without the reasons, which do not concern the readers of a channel.
        note: a line to add below.
    """
    preview = None
    keyboard: Keyboard = ()
    match content:
        case Alert():
            shown = _as_channel_post(content) if in_channel else content
            lines, preview = _alert(shown, reader, now), usable_link(content.link)
        case Review(alert=alert, destination=to):
            asked = line(span(reader.wording.say("For {channel}:", channel=to), "italic"))
            lines, preview = [asked, *_alert(_as_channel_post(alert), reader, now)], usable_link(alert.link)
        case Digest():
            lines = _digest(content, reader, now)
        case Rise():
            lines = [line(span(shortened(rise_text(content, reader.wording), CAPTION_LIMIT // 2)))]
        case Notice():
            lines, keyboard = _notice(content, reader), notice_buttons(content, reader.wording)
    if thread_gone:
        note = notice_text(Notice(content.id, "thread-gone"), reader.wording)
    if note:
        below = line(span(note, "italic"))
        lines = [*lines, (), below] if fits([*lines, (), below]) else lines
    if reader.picture is Preview.NONE:
        preview = None
    return Rendered(to_html(lines), to_plain(lines), preview, keyboard, picture_above=reader.picture is Preview.ABOVE)


def _as_channel_post(alert: Alert) -> Alert:
    """The alert as it is posted to a channel: without reasons and labels."""
    return replace(
        alert, reasons=(), earlier=False, update=None if alert.update is None else _without_topics(alert.update)
    )


def _without_topics(update: Update) -> Update:
    """The update without the topics, which do not concern the readers of a channel."""
    return replace(update, topics=())


def one_line(text: str) -> Rendered:
    """A message with a single line."""
    return page([line(span(text))])


def page(lines: Sequence[Line], keyboard: Keyboard = ()) -> Rendered:
    """An answer in a dialogue: as many lines as fit into one message, and `…` if some did not fit."""
    kept = list(lines)
    while not fits([*kept, line("…")]):
        kept.pop()
    if len(kept) < len(lines):
        kept.append(line("…"))
    return Rendered(to_html(kept), to_plain(kept), keyboard=keyboard)


def _alert(alert: Alert, reader: Reader, now: datetime) -> list[Line]:
    """The lines of an alert, shortened until they fit: first the last sentences of the summary are left out, then the
    last reasons; then the remaining sentence is cut.
    """
    summary = [Sentence(alert.written)] if alert.written else list(alert.summary)
    reasons = list(alert.reasons)
    lines = _alert_lines(alert, summary, reasons, reader, now)
    while not fits(lines):
        if len(summary) > 1:
            summary.pop()
        elif len(reasons) > 1:
            reasons.pop()
        elif summary and units(summary[0].text) > _SUMMARY_LEAST:
            over = units(to_plain(lines)) - MESSAGE_LIMIT
            cut = shortened(summary[0].text, max(_SUMMARY_LEAST, units(summary[0].text) - over))
            summary[0] = replace(summary[0], text=cut)
        else:
            summary.clear()
            return _alert_lines(alert, summary, reasons, reader, now)
        lines = _alert_lines(alert, summary, reasons, reader, now)
    return lines


def _alert_lines(
    alert: Alert, summary: Sequence[Sentence], reasons: Sequence[TopicReason], reader: Reader, now: datetime
) -> list[Line]:
    wording = reader.wording
    facts = byline(alert.source, alert.published_at, wording, reader.timezone, now)
    label = foreign_language(alert.language, wording.language, wording, reader.reads)
    below = " · ".join(part for part in (facts, label) if part)
    lines: list[Line] = []
    if alert.update is not None:
        lines.append(line(span(update_text(alert.update, wording), "italic")))
    if alert.earlier:
        lines.append(line(span(wording.say("Earlier news, from before this watch began"), "italic")))
    lines.append(line(span(shortened(alert.title, _TITLE_LENGTH), "bold", alert.link)))
    if below:
        lines.append(line(span(below)))
    if alert.written and summary:
        lines += [(), line(span(summary[0].text)), line(span(written_text(alert.written_from, wording), "italic"))]
    elif summary:
        lines += [(), *summary_lines(summary)]
    if alert.also:
        lines += [(), also_line(alert.also, reader)]
    if reasons:
        lines.append(())
    lines += [_reason_line(reason, wording, first=number == 0) for number, reason in enumerate(reasons)]
    left_out = len(alert.reasons) - len(reasons)
    if left_out:
        lines.append(line(wording.say_many("and {n} more watch", "and {n} more watches", left_out, n=left_out)))
    return lines


def _reason_line(reason: TopicReason, wording: Wording, *, first: bool) -> Line:
    why = match_reason(reason, wording)
    name = span(shortened(reason.topic_name, _TOPIC_LENGTH), "bold")
    return line(f"{reason_lead(wording, first=first)} ", name, f" — {why}" if why else "")


def summary_lines(summary: Sequence[Sentence]) -> list[Line]:
    """The sentences of the main article as one line, and each sentence of another outlet on its own line."""
    own = " ".join(one.text for one in summary if not one.source)
    lines: list[Line] = [line(span(own))] if own else []
    for one in summary:
        if one.source:
            name = shortened(clean_title(one.source), _OUTLET_LENGTH)
            lines.append(line(span(f"{name}:", "italic"), " ", span(one.text)))
    return lines


def also_line(versions: Sequence[Version], reader: Reader) -> Line:
    """A line such as `Also reported by: Antara (3), BBC, DW (in German) (+4)`.

    Each name is linked to the outlet's newest article. Behind ⋯ there are all of them.
    """
    outlets = sort_by_preference(by_outlet(versions), reader.taste)
    parts: list[Span | str] = []
    for outlet in outlets[:NAMED]:
        version = outlet.newest
        label = foreign_language(version.language, reader.wording.language, reader.wording, reader.reads)
        name = outlet_text(version.source, outlet.articles, _OUTLET_LENGTH)
        parts += [", " if parts else "", span(name, "plain", _short_link(version.link)), f" ({label})" if label else ""]
    more = len(outlets) - NAMED
    said = reader.wording.say("Also reported by:")
    return line(f"{said} ", *parts, f" (+{more})" if more > 0 else "")


def _short_link(link: str | None) -> str | None:
    """The link, or None if it is long: three long URLs would leave no room for the summary in plain text."""
    return link if link is not None and len(link) <= _ALSO_LINK else None


def _digest(digest: Digest, reader: Reader, now: datetime) -> list[Line]:
    """The lines of a digest. If its plain text does not fit with all URLs, the last items get no link."""
    for linked in range(len(digest.items), -1, -1):
        lines = [line(span(digest_heading(digest, reader.wording), "bold"))]
        topic = ""
        for number, item in enumerate(digest.items):
            if number == 0 or item.topic != topic:
                topic = item.topic
                lines += [(), line(span(topic, "bold"))] if topic else [()]
            lines.append(_digest_line(item, reader, now, linked=number < linked))
        if fits(lines):
            return lines
    return _as_many_as_fit(lines)


def _digest_line(item: DigestItem, reader: Reader, now: datetime, *, linked: bool) -> Line:
    below = " · ".join(digest_facts(item, reader.wording, reader.timezone, now, reader.reads))
    title = span(item.title, "plain", item.link if linked else None)
    return line("• ", title, " — ", span(below, "italic")) if below else line("• ", title)


def _notice(notice: Notice, reader: Reader) -> list[Line]:
    title, link = notice.values.get("title"), notice.values.get("link")
    paragraphs = notice_text(notice, reader.wording).split("\n")
    return _as_many_as_fit([line(span(text, link=link if text == title else None)) for text in paragraphs])


def _as_many_as_fit(lines: list[Line]) -> list[Line]:
    """As many lines as fit into one message; each is cut to at most half of it."""
    kept: list[Line] = []
    for parts in lines:
        short = tuple(span(shortened(part.text, MESSAGE_LIMIT // 2), part.style, part.link) for part in parts)
        if not fits([*kept, short, line("…")]):
            return [*kept, line("…")]
        kept.append(short)
    return kept
