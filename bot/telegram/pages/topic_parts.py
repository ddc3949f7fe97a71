"""Pages for the parts of a topic (examples, languages, feeds, destinations), and questions for changing them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.matching.editing import LONGEST_NAME, MOST_EXAMPLES, QueryPart, Refusal
from bot.matching.query import Query
from bot.model import UNDETERMINED, Destination, Example, Feed, Language, Topic
from bot.telegram.buttons import Button, Keyboard, chosen, in_rows, mark, pressing
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.pages.pagination import last_page, page_turners
from bot.telegram.pages.queries import query_lines, refusal_lines, syntax_line
from bot.telegram.pages.topic_card import example_title, languages_text
from bot.telegram.pages.topics import destination_name
from bot.telegram.pages.watching import unreadable_lines
from bot.telegram.render import Rendered, page
from bot.telegram.verbs import ButtonVerb
from bot.text.language import language_name
from bot.usecases.topics.edit import BadQuery
from bot.usecases.topics.example_sources import Unreadable
from bot.wording.wording import Wording

CHOICES = 12
"""How many feeds or chats a page shows."""

ALL = "all"
"""Stands for all feeds in callback data, where otherwise the mark of one is."""

_SAMPLE = 'korea AND (Kursk OR "Vladimir Putin") AND NOT film'


def examples_page(topic: Topic, wording: Wording) -> Rendered:
    """The examples, with buttons to remove each one and to add another."""
    lines: list[Line] = [_heading(wording.say("Examples of “{watch}”", watch=shortened(topic.name, 100)))]
    if not topic.examples:
        lines.append(line(span(wording.say("None: it finds by its query alone."))))
    for number, example in enumerate(topic.examples, start=1):
        known = example.language != UNDETERMINED
        language = (" (", span(language_name(example.language, wording.language), "italic"), ")") if known else ()
        lines.append(line(f"{number}. ", span(example_title(example)), *language))
    removals = [
        Button(f"✕ {number}", pressing(ButtonVerb.REMOVE_TOPIC_EXAMPLE, topic.id, mark_of_example(example)))
        for number, example in enumerate(topic.examples, start=1)
    ]
    add = Button(wording.say("Add an example"), pressing(ButtonVerb.ASK_TOPIC_EXAMPLE, topic.id))
    offered = ((add,),) if len(topic.examples) < MOST_EXAMPLES else ()
    return page(lines, (*in_rows(removals, 5), *offered, _back(topic, wording)))


def mark_of_example(example: Example) -> str:
    """The mark of an example in callback data."""
    return mark(f"{example.origin}\n{example.title}\n{example.text}")


def languages_page(topic: Topic, reads: Sequence[Language], wording: Wording) -> Rendered:
    """The choice between any language and the languages that the chat reads (`reads`)."""
    lines = [
        _heading(wording.say("Languages of “{watch}”", watch=shortened(topic.name, 100))),
        line(
            span(
                wording.say("It tells of articles in: {languages}", languages=languages_text(topic.languages, wording))
            )
        ),
    ]
    any_choice = chosen(wording.say("Any language"), is_chosen=not topic.languages)
    buttons = [(Button(any_choice, pressing(ButtonVerb.SET_TOPIC_LANGUAGES, topic.id, "any")),)]
    if reads:
        only = wording.say("Only {languages}", languages=languages_text(reads, wording))
        taken = set(topic.languages) == set(reads)
        buttons.append(
            (
                Button(
                    shortened(chosen(only, is_chosen=taken), 60),
                    pressing(ButtonVerb.SET_TOPIC_LANGUAGES, topic.id, "reads"),
                ),
            )
        )
    else:
        lines.append(line(span(wording.say("/settings lets you say which languages are read here."))))
    return page(lines, (*buttons, _back(topic, wording)))


def feed_choices(topic: Topic, feeds: Sequence[Feed]) -> Mapping[str, int]:
    """The choices: all tags, the most common first, and the feed ids that the topic names, each with its feed count."""
    tags = Counter(tag for feed in feeds for tag in feed.tags)
    ids = {str(feed.id) for feed in feeds}
    named = {one: int(one in ids) for one in topic.feeds if one not in tags}
    return {**dict(sorted(tags.items(), key=lambda tag: (-tag[1], tag[0]))), **named}


def feeds_page(topic: Topic, feeds: Sequence[Feed], wording: Wording, wanted: int = 0) -> Rendered:
    """The feeds that the topic reads."""
    choices = list(feed_choices(topic, feeds).items())
    number = min(wanted, last_page(len(choices), CHOICES))
    buttons = [
        Button(
            chosen(f"{shortened(name, 30)} ({count})", is_chosen=name in topic.feeds),
            pressing(ButtonVerb.SWITCH_TOPIC_FEED, topic.id, mark(name), int(name not in topic.feeds), number),
        )
        for name, count in choices[number * CHOICES : (number + 1) * CHOICES]
    ]
    any_choice = chosen(wording.say("All sources ({n})", n=len(feeds)), is_chosen=not topic.feeds)
    rows: Keyboard = (
        (Button(any_choice, pressing(ButtonVerb.SWITCH_TOPIC_FEED, topic.id, ALL, 1, number)),),
        *in_rows(buttons, 2),
        *page_turners(number, len(choices), CHOICES, ButtonVerb.LIST_TOPIC_FEEDS, topic.id),
        _back(topic, wording),
    )
    heading = _heading(wording.say("Sources of “{watch}”", watch=shortened(topic.name, 100)))
    return page([heading, line(span(wording.say("Tap the kinds of sources that it should read.")))], rows)


def destinations_page(
    topic: Topic,
    choices: Sequence[Destination],
    titles: Mapping[str, str],
    here: str,
    wording: Wording,
    wanted: int = 0,
    *,
    to_channel: bool,
) -> Rendered:
    """The destination chats. `to_channel`: one of them is a channel, so alerts can be reviewed before posting."""
    number = min(wanted, last_page(len(choices), CHOICES))
    buttons = [
        Button(
            chosen(_choice(to, titles, here, wording), is_chosen=to in topic.destinations),
            pressing(
                ButtonVerb.SWITCH_TOPIC_DESTINATION, topic.id, mark(str(to)), int(to not in topic.destinations), number
            ),
        )
        for to in choices[number * CHOICES : (number + 1) * CHOICES]
    ]
    rows = [
        *in_rows(buttons, 1),
        *page_turners(number, len(choices), CHOICES, ButtonVerb.LIST_TOPIC_DESTINATIONS, topic.id),
    ]
    if to_channel or topic.review:
        name = chosen(wording.say("Show me each before it is posted"), is_chosen=topic.review)
        rows.append((Button(name, pressing(ButtonVerb.SET_TOPIC_REVIEW, topic.id, int(not topic.review))),))
    lines = [_heading(wording.say("Where “{watch}” sends its alerts", watch=shortened(topic.name, 100)))]
    if not topic.destinations:
        lines.append(line(span(wording.say("No chat is chosen, so the admins are told."))))
    return page(lines, (*rows, _back(topic, wording)))


def _choice(to: Destination, titles: Mapping[str, str], here: str, wording: Wording) -> str:
    return wording.say("This chat") if to.chat == here else destination_name(to, titles)


# --- questions, and the replies to their answers --------------------------------------------------


def query_question(topic: Topic, part: QueryPart, wording: Wording) -> Rendered:
    """Asks for one of the topic's queries."""
    name = shortened(topic.name, 100)
    match part:
        case "query":
            asked, now = wording.say("Which words should “{watch}” look for?", watch=name), topic.query
        case "require":
            asked, now = wording.say("What must every article of “{watch}” have?", watch=name), topic.require
        case "exclude":
            asked, now = wording.say("What must no article of “{watch}” have?", watch=name), topic.exclude
    lines: list[Line] = [
        line(span(asked, "bold")),
        line(span(wording.say("Like this: {query}", query=_SAMPLE))),
        syntax_line(wording),
    ]
    if now:
        lines += [line(f"{wording.say('Now:')} ", span(shortened(now, 1000), "code"))]
        lines += [line(span(wording.say("Send - to clear it.")))]
    return page([*lines, _way_out(wording)])


def name_question(topic: Topic, wording: Wording) -> Rendered:
    """Asks for a new name."""
    asked = wording.say("What should “{watch}” be called?", watch=shortened(topic.name, 100))
    return page([line(span(asked, "bold")), _way_out(wording)])


def example_question(topic: Topic, wording: Wording) -> Rendered:
    """Asks for an article as an example."""
    asked = wording.say("Which article is an example of “{watch}”?", watch=shortened(topic.name, 100))
    how = line(span(wording.say("Send a link, its text, or a document, in any language.")))
    return page([line(span(asked, "bold")), how, _way_out(wording)])


def unread_example(what: Unreadable, wording: Wording) -> Rendered:
    """Why the message cannot be used as an example, and what to send instead."""
    return page([*unreadable_lines(wording, what), _way_out(wording)])


def bad_query(problem: BadQuery, wording: Wording) -> Rendered:
    """What is wrong with the query, and where."""
    again = line(span(wording.say("Send it once more, corrected.")))
    return page([*refusal_lines(problem.written, problem.error, wording), again, _way_out(wording)])


def query_note(query: Query, wording: Wording) -> Rendered | None:
    """How a query that was accepted was understood; None if that needs no word."""
    lines = query_lines(query, wording)
    return page(lines) if lines else None


def refusal_text(refusal: Refusal, wording: Wording) -> str:
    """Why the topic was not changed."""
    match refusal:
        case Refusal.GONE:
            return gone_text(wording)
        case Refusal.NOTHING_LEFT:
            return wording.say("There would be nothing to look for: a watch needs an example or a query.")
        case Refusal.TOO_MANY_EXAMPLES:
            return wording.say("A watch has at most {n} examples. Take one out first.", n=MOST_EXAMPLES)
        case Refusal.KNOWN_EXAMPLE:
            return wording.say("It has this example already.")
        case Refusal.BAD_NAME:
            return wording.say("A name has 1 to {n} characters.", n=LONGEST_NAME)


def gone_text(wording: Wording) -> str:
    """The answer for a topic that does not exist or belongs to another chat; guessing ids must reveal nothing."""
    return wording.say("This watch is no longer there.")


def _way_out(wording: Wording) -> Line:
    """How to cancel: any command cancels a pending question."""
    return line(span(wording.say("/topics leaves it as it is."), "italic"))


def _heading(text: str) -> Line:
    return line(span(text, "bold"))


def _back(topic: Topic, wording: Wording) -> tuple[Button, ...]:
    return (Button(wording.say("« Back"), pressing(ButtonVerb.SHOW_TOPIC, topic.id)),)
