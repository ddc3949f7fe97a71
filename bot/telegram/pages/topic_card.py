"""The page of one topic: its settings, its recent alerts and votes, and the buttons that change it.

Users see topics as "watches". Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Example, Language, Topic, Verdict, Vote
from bot.telegram.buttons import Button, Keyboard, pressing
from bot.telegram.markup import Line, Style, line, shortened, span
from bot.telegram.pages.topics import (
    TopicListContext,
    chat_name,
    delivery_buttons,
    how_of,
    last_read,
    sensitivity_buttons,
)
from bot.telegram.render import Rendered, page
from bot.telegram.verbs import ButtonVerb
from bot.text.language import language_name
from bot.wording.wording import Wording

DAYS = 7
"""Alerts of this many days are counted."""

_EXAMPLES = 5
_QUERY_LENGTH = 400
_TITLE_LENGTH = 150


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """The recent alerts of a topic, and its votes."""

    alerts: int
    """Number of alerts in the last `DAYS` days."""
    good: int
    bad: int
    """Numbers of votes, of all time."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What the viewer of a topic may do with it."""

    change: bool
    address: bool
    """Whether the viewer may choose the destination chats."""
    export: bool


def figures_of(alerts: int, votes: Sequence[Vote]) -> TopicFigures:
    """The figures of a topic. The votes of all users are counted."""
    good = sum(vote.verdict is Verdict.GOOD for vote in votes)
    return TopicFigures(alerts, good, len(votes) - good)


def topic_card(
    topic: Topic, figures: TopicFigures, rights: Rights, list_context: TopicListContext, list_page: int
) -> Rendered:
    """The page of the topic. `list_page`: the page of the list to return to."""
    wording = list_context.wording
    came = wording.say_many(
        "{n} alert in the last 7 days", "{n} alerts in the last 7 days", figures.alerts, n=figures.alerts
    )
    lines = [
        line(span(shortened(topic.name, 200), "bold")),
        line(span(how_of(topic, list_context))),
        (),
        *_what(topic, wording),
        (),
        line(span(f"{came} · 👍 {figures.good} · 👎 {figures.bad}")),
        line(span(last_read(topic, list_context), "italic")),
        line(span(owner_of(topic, list_context), "italic")),
    ]
    return page(lines, _buttons(topic, rights, wording, list_page))


def owner_of(topic: Topic, list_context: TopicListContext) -> str:
    """Where the topic was created and can be changed."""
    wording = list_context.wording
    if topic.owning_chat is None:
        return wording.say("This watch is set in {file}: change it there.", file=file_of(topic))
    if topic.owning_chat == list_context.here:
        return wording.say("Made in this chat.")
    if list_context.titles is None:
        return wording.say("Made in another chat.")
    return wording.say("Made in {chat}.", chat=chat_name(topic.owning_chat, list_context.titles))


def file_of(topic: Topic) -> str:
    """The file of a topic, or the one that it would have after an export."""
    return f"config/topics/{topic.id}.toml"


def example_title(example: Example) -> str:
    """The title of an example, or the beginning of its text."""
    return shortened(example.title or example.text.replace("\n", " "), _TITLE_LENGTH)


def languages_text(languages: Sequence[Language], wording: Wording) -> str:
    """The names of the languages, or "any language" if there are none."""
    if not languages:
        return wording.say("any language")
    return ", ".join(language_name(language, wording.language) for language in languages)


def _what(topic: Topic, wording: Wording) -> list[Line]:
    """What the topic looks for. Parts that are not set are left out."""
    lines: list[Line] = []
    if topic.examples:
        lines.append(line(span(wording.say("Finds more like these:"))))
        lines += [line("• ", span(example_title(one))) for one in topic.examples[:_EXAMPLES]]
    left = len(topic.examples) - _EXAMPLES
    if left > 0:
        lines.append(line(span(wording.say_many("and {n} more example", "and {n} more examples", left, n=left))))
    facts: tuple[tuple[str, str, Style], ...] = (
        (wording.say("Query:"), topic.query, "code"),
        (wording.say("Must have:"), topic.require, "code"),
        (wording.say("Never:"), topic.exclude, "code"),
        (wording.say("Languages:"), languages_text(topic.languages, wording) if topic.languages else "", "plain"),
        (wording.say("Sources:"), ", ".join(topic.feeds), "plain"),
        (wording.say("Channels:"), wording.say("an admin sees each alert first") if topic.review else "", "plain"),
    )
    lines += [line(f"{label} ", span(shortened(value, _QUERY_LENGTH), style)) for label, value, style in facts if value]
    return lines


def _buttons(topic: Topic, rights: Rights, wording: Wording, list_page: int) -> Keyboard:
    rows: list[tuple[Button, ...]] = []
    if rights.change:
        rows += _changing(topic, wording)
    export = (
        (Button(wording.say("Export (TOML)"), pressing(ButtonVerb.EXPORT_TOPIC, topic.id)),) if rights.export else ()
    )
    whereto = (
        (Button(wording.say("Where to"), pressing(ButtonVerb.LIST_TOPIC_DESTINATIONS, topic.id)),)
        if rights.address
        else ()
    )
    if whereto or export:
        rows.append((*whereto, *export))
    back = Button(wording.say("« All watches"), pressing(ButtonVerb.LIST_TOPICS, list_page))
    remove = (Button(wording.say("Delete"), pressing(ButtonVerb.ASK_TOPIC_REMOVAL, topic.id)),) if rights.change else ()
    return (*rows, (*remove, back))


def _changing(topic: Topic, wording: Wording) -> Keyboard:
    if topic.paused:
        pause = Button(wording.say("▶ Resume"), pressing(ButtonVerb.PAUSE_TOPIC, topic.id, 0))
    else:
        pause = Button(wording.say("⏸ Pause"), pressing(ButtonVerb.PAUSE_TOPIC, topic.id, 1))
    count = len(topic.examples)
    return (
        (pause, Button(wording.say("Name"), pressing(ButtonVerb.ASK_TOPIC_NAME, topic.id))),
        sensitivity_buttons(topic, wording, ButtonVerb.SET_TOPIC_SENSITIVITY, topic.id),
        delivery_buttons(topic, wording, ButtonVerb.SET_TOPIC_DELIVERY, topic.id),
        (
            Button(wording.say("Examples ({n})", n=count), pressing(ButtonVerb.LIST_TOPIC_EXAMPLES, topic.id)),
            Button(wording.say("Query"), pressing(ButtonVerb.ASK_TOPIC_QUERY, topic.id, "query")),
        ),
        (
            Button(wording.say("Must have"), pressing(ButtonVerb.ASK_TOPIC_QUERY, topic.id, "require")),
            Button(wording.say("Never"), pressing(ButtonVerb.ASK_TOPIC_QUERY, topic.id, "exclude")),
        ),
        (
            Button(wording.say("Languages"), pressing(ButtonVerb.SET_TOPIC_LANGUAGES, topic.id)),
            Button(wording.say("Sources"), pressing(ButtonVerb.LIST_TOPIC_FEEDS, topic.id)),
        ),
    )


def removal_question(topic: Topic, wording: Wording) -> Rendered:
    """Asks for confirmation before the topic is deleted."""
    asked = wording.say("Delete “{watch}”? Its examples and votes go with it.", watch=shortened(topic.name, 200))
    return page(
        [line(span(asked))],
        (
            (Button(wording.say("Yes, delete it"), pressing(ButtonVerb.REMOVE_TOPIC, topic.id)),),
            (Button(wording.say("« Back"), pressing(ButtonVerb.SHOW_TOPIC, topic.id)),),
        ),
    )


def export_caption(topic: Topic, wording: Wording, texts: int) -> Rendered:
    """How to use an exported topic. `texts`: the number of examples that are sent as separate files."""
    lines = [line(span(wording.say("Save it as {file}: the watch is the file's from then on.", file=file_of(topic))))]
    if texts:
        lines.append(line(span(wording.say("Its examples follow; they go into the folder seeds/ beside config/."))))
    return page(lines)
