"""Pages for creating a topic: what was understood, what it would have found, and the buttons to change it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.matching.editing import MOST_EXAMPLES
from bot.matching.evidence import PASTED
from bot.matching.query import parse_saved_query
from bot.model import Draft, Example, Language, Topic
from bot.telegram.buttons import Button, Keyboard, chosen, in_rows, mark, pressing
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.pages.menus import command_name
from bot.telegram.pages.queries import query_lines
from bot.telegram.pages.replies import pages_used_up
from bot.telegram.pages.topics import delivery_buttons, sensitivity_buttons
from bot.telegram.render import Reader, Rendered, page
from bot.telegram.verbs import ButtonVerb
from bot.text.language import language_name
from bot.text.urls import host_of
from bot.usecases.topics.backtest import ArchiveMatch
from bot.usecases.topics.breadth import TOO_BROAD
from bot.usecases.topics.drafts import DraftPreview, NotSaved
from bot.usecases.topics.example_sources import Unreadable, UnreadableReason
from bot.wording.alerts import byline
from bot.wording.amounts import percent
from bot.wording.backtest_text import outlook_text
from bot.wording.wording import Wording

BEST = 3
_TITLE = 120
_EXAMPLES_SHOWN = 5
_WORDS_SHOWN = 8
_MOST_TAGS = 40
ALL = "all"
"""Stands for all tags in callback data."""

_EXAMPLE = "gempa AND Cianjur"


def reading(wording: Wording) -> Rendered:
    """Shown at once, while the message is being read."""
    return page([line(span(wording.say("Reading…")))])


def asking_for_material(wording: Wording) -> Rendered:
    """The answer to /watch without an argument."""
    return page(
        [
            line(span(wording.say("What shall I watch for you?"), "bold")),
            line(
                span(
                    wording.say(
                        "Send me a link to an article, paste or forward its text, attach it as .txt or .html, "
                        "or write words that must be in it."
                    )
                )
            ),
            line(
                span(
                    wording.say(
                        "For words you can write it at once: {example}",
                        example=f"/{command_name(wording, 'watch')} {_EXAMPLE}",
                    )
                )
            ),
        ]
    )


def asking_for_example(wording: Wording) -> Rendered:
    """Asks for another example."""
    return page([line(span(wording.say("Send me one more article on it: a link, its text, or a document.")))])


def asking_for_name(wording: Wording, topic: Topic) -> Rendered:
    """Asks for a new name."""
    return page([line(span(wording.say("What should “{watch}” be called?", watch=shortened(topic.name, 80))))])


def unreadable(wording: Wording, what: Unreadable, *, names_setting: bool) -> Rendered:
    """Why something could not be read, and what to do. `names_setting`: the user can change the configuration."""
    lines = unreadable_lines(wording, what)
    if what.kind is UnreadableReason.PRIVATE and names_setting:
        lines.append(line(span(wording.say("If it is yours, name its host under network.allow_hosts in kabar.toml."))))
    return page(lines)


def unreadable_lines(wording: Wording, what: Unreadable) -> list[Line]:
    """The same as lines, without advice about the configuration."""
    todo = (
        wording.say("Send it as a .txt or .html file, or paste its text.")
        if what.kind in (UnreadableReason.OTHER_KIND, UnreadableReason.TOO_LARGE)
        else wording.say("Paste the text, or forward the message.")
    )
    return [line(span(_problem_text(wording, what))), line(span(todo))]


def _problem_text(wording: Wording, what: Unreadable) -> str:  # noqa: PLR0911 -- a sentence a trouble
    origin = shortened(host_of(what.origin) or what.origin, 80)
    if what.origin == PASTED:
        origin = wording.say("this message")
    match what.kind:
        case UnreadableReason.BLOCKED:
            return wording.say("{site} won't let me read this page.", site=origin)
        case UnreadableReason.NOT_THERE:
            return wording.say("{site} says that there is no such page.", site=origin)
        case UnreadableReason.UNREACHABLE:
            return wording.say("{site} does not answer just now.", site=origin)
        case UnreadableReason.PRIVATE:
            return wording.say("{host} is not a public address, so I do not open it.", host=origin)
        case UnreadableReason.NO_ARTICLE:
            return wording.say("I found no article in {site}.", site=origin)
        case UnreadableReason.TOO_LARGE:
            return wording.say("{site} is too large for me to read.", site=origin)
        case UnreadableReason.USED_UP:
            return pages_used_up(wording, what.most)
        case UnreadableReason.OTHER_KIND:
            return wording.say("I can't read a file of this kind: {site}.", site=origin)


def card(
    preview: DraftPreview, reader: Reader, now: datetime, tags: Collection[str], reads: Sequence[Language]
) -> Rendered:
    """A draft with the alerts that it would have sent. `tags`: those of all feeds; `reads`: the chat's languages."""
    wording, topic = reader.wording, preview.draft.topic
    lines: list[Line] = [
        line(span(wording.say("New watch: {name}", name=shortened(topic.name, 200)), "bold")),
        *_draft_content(topic, preview.words, wording),
        (),
        line(span(outlook_text(len(preview.backtest.alerts), preview.backtest.coverage, wording))),
        *(_found_line("• ", found, reader, now) for found in preview.backtest.alerts[:BEST]),
    ]
    if preview.backtest.near_misses:
        lines += [
            line(span(wording.say("Near miss:"))),
            _found_line("◦ ", preview.backtest.near_misses[0], reader, now),
        ]
    lines += [(), line(span(wording.say("Nothing is saved yet."), "italic"))]
    return page(lines, draft_keyboard(preview.draft, wording, tags, reads))


def _draft_content(topic: Topic, words: Sequence[str], wording: Wording) -> list[Line]:
    lines = [line("• ", span(_example(example, wording))) for example in topic.examples[:_EXAMPLES_SHOWN]]
    left = len(topic.examples) - _EXAMPLES_SHOWN
    if left > 0:
        lines.append(line(wording.say_many("and {n} more example", "and {n} more examples", left)))
    if words:
        lines.append(line(span(wording.say("Key words: {words}", words=", ".join(words[:_WORDS_SHOWN])))))
    if topic.query:
        lines.append(line(f"{wording.say('Query:')} ", span(shortened(topic.query, 500), "code")))
        lines += query_lines(parse_saved_query(topic.query), wording)
    return lines


def _example(example: Example, wording: Wording) -> str:
    title = shortened(example.title or example.text, _TITLE)
    return f"“{title}” · {wording.say('in {language}', language=language_name(example.language, wording.language))}"


def _found_line(bullet: str, found: ArchiveMatch, reader: Reader, now: datetime) -> Line:
    article = found.article
    facts = byline(article.source, article.published_at, reader.wording, reader.timezone, now)
    title = span(shortened(article.title or article.text, _TITLE), "plain", article.link)
    return line(bullet, title, " — ", span(facts, "italic")) if facts else line(bullet, title)


def draft_keyboard(draft: Draft, wording: Wording, tags: Collection[str], reads: Sequence[Language]) -> Keyboard:
    """The buttons to change a draft, with a check mark at the current choices."""
    topic, key = draft.topic, draft.id
    limits = []
    if tags:
        chosen = ", ".join(topic.feeds) or wording.say("all")
        limits.append(
            Button(
                wording.say("Sources: {which}", which=shortened(chosen, 24)), pressing(ButtonVerb.LIST_DRAFT_FEEDS, key)
            )
        )
    if reads:
        chosen = ", ".join(language_name(one, wording.language) for one in topic.languages) or wording.say("all")
        words = wording.say("Languages: {which}", which=shortened(chosen, 24))
        limits.append(Button(words, pressing(ButtonVerb.SET_DRAFT_LANGUAGES, key, int(not topic.languages))))
    more = [Button(wording.say("Rename"), pressing(ButtonVerb.ASK_DRAFT_NAME, key))]
    if topic.examples and len(topic.examples) < MOST_EXAMPLES:
        more.insert(0, Button(wording.say("+ Example"), pressing(ButtonVerb.ASK_DRAFT_EXAMPLE, key)))
    save = [
        Button(wording.say("Save"), pressing(ButtonVerb.SAVE_DRAFT, key)),
        Button(wording.say("Cancel"), pressing(ButtonVerb.DROP_DRAFT, key)),
    ]
    likeness = (
        (sensitivity_buttons(topic, wording, ButtonVerb.SET_DRAFT_SENSITIVITY, key),) if topic.examples else ()
    )  # a query is exact
    narrowing = (tuple(limits),) if limits else ()
    return (
        *likeness,
        delivery_buttons(topic, wording, ButtonVerb.SET_DRAFT_DELIVERY, key),
        *narrowing,
        tuple(more),
        tuple(save),
    )


def feeds_keyboard(draft: Draft, wording: Wording, tags: Sequence[str]) -> Keyboard:
    """The feeds that a draft reads, chosen by tag."""
    buttons = [
        Button(
            chosen(shortened(tag, 30), is_chosen=tag in draft.topic.feeds),
            pressing(ButtonVerb.SWITCH_DRAFT_FEEDS, draft.id, mark(tag), int(tag not in draft.topic.feeds)),
        )
        for tag in tags[:_MOST_TAGS]
    ]
    every = Button(
        chosen(wording.say("All sources"), is_chosen=not draft.topic.feeds),
        pressing(ButtonVerb.SWITCH_DRAFT_FEEDS, draft.id, ALL),
    )
    done = Button(wording.say("Done"), pressing(ButtonVerb.SHOW_DRAFT, draft.id))
    return (*in_rows([every, *buttons], 3), (done,))


def saved(wording: Wording, name: str) -> Rendered:
    """Confirms that the draft was saved as a topic with this name."""
    return page(
        [
            line(span(wording.say("Saved: I watch “{watch}” for you.", watch=shortened(name, 200)), "bold")),
            line(
                span(
                    wording.say(
                        "First come up to three earlier articles, marked as such; then whatever is new. "
                        "/topics shows and changes your watches."
                    )
                )
            ),
        ]
    )


def not_saved(wording: Wording, why: NotSaved, most: int) -> str:
    """Why the draft was not saved, in one line. `most`: how many topics the chat may make."""
    match why:
        case NotSaved.TOO_MANY:
            return wording.say(
                "This chat has {most} watches already. Delete one in /topics, then save this one.", most=most
            )
        case NotSaved.TOO_BROAD:
            return too_broad(wording)
        case NotSaved.EMPTY:
            return wording.say("There would be nothing to look for: a watch needs an example or a query.")
        case NotSaved.GONE:
            return draft_gone(wording)


def too_broad(wording: Wording) -> str:
    """Why a query is not watched: it finds most of what is read."""
    return wording.say(
        "This finds more than {percent}% of all news of the last day. Add words that must be in it, like: {example}",
        percent=percent(TOO_BROAD),
        example=_EXAMPLE,
    )


def draft_gone(wording: Wording) -> str:
    """The answer to buttons of a draft that was already saved or dropped."""
    return wording.say("This draft is no longer there. Begin again with /watch.")


def dropped(wording: Wording) -> Rendered:
    """Confirms that the draft was dropped."""
    return page([line(span(wording.say("All right, I don't watch that.")))])


def too_many_examples(wording: Wording) -> Rendered:
    """The answer if the draft has as many examples as it may have."""
    return page([line(span(wording.say("A watch has at most {n} examples.", n=MOST_EXAMPLES)))])
