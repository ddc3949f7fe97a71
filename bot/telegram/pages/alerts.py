"""The buttons under an alert or review, and the explanation why it was sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Alert, Delivery, DeliveryId, Evidence, Match, Review, Tally, TopicReason
from bot.telegram.buttons import Button, Keyboard, in_rows, pressing
from bot.telegram.markup import Line, Span, line, shortened, span
from bot.telegram.render import Rendered, page
from bot.telegram.verbs import ButtonVerb
from bot.text.clean import clean_text
from bot.wording.amounts import percent
from bot.wording.reasons import example_name, names_the_watch
from bot.wording.wording import Wording

_NAME_LENGTH = 40
_SENTENCE_LENGTH = 500
_EXAMPLE_LENGTH = 120
_LISTED = 5
"""Names, words or figures of each kind; what older versions stored has more."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the topics of an alert, to choose from. `number` is its index in the alert's reasons."""

    number: int
    name: str
    chosen: bool = False


def keyboard_under(delivery: Delivery, wording: Wording, *, alone: bool) -> Keyboard:
    """The buttons of a message when it is sent or edited. `alone`: it is a private chat."""
    match delivery.content:
        case Alert():
            return vote_keyboard(delivery.id, delivery.tally, alone=alone)
        case Review():
            return review_keyboard(delivery.id, wording)
        case _:
            return ()


def vote_keyboard(delivery: DeliveryId, tally: Tally, *, alone: bool) -> Keyboard:
    """The buttons 👍 👎 ⋯, with the number of votes; in a private chat with a check mark instead."""

    def sign(thumb: str, count: int) -> str:
        return thumb if not count else f"{thumb} ✓" if alone else f"{thumb} {count}"

    return (
        (
            Button(sign("👍", tally.good), pressing(ButtonVerb.ALERT_IS_GOOD, delivery)),
            Button(sign("👎", tally.bad), pressing(ButtonVerb.ALERT_IS_BAD, delivery)),
            Button("⋯", pressing(ButtonVerb.SHOW_ALERT_MENU, delivery)),
        ),
    )


def menu_keyboard(
    delivery: DeliveryId, wording: Wording, *, muted: bool, added: int | None, others: int = 0
) -> Keyboard:
    """The menu behind ⋯.

    `added`: the index of the topic that has the article as an example, which can be removed. `others`: how many other
    articles on the story there are.
    """
    mute = (
        Button(wording.say("Unmute story"), pressing(ButtonVerb.UNMUTE_STORY, delivery))
        if muted
        else Button(wording.say("Mute story"), pressing(ButtonVerb.MUTE_STORY, delivery))
    )
    more = (
        Button(wording.say("More like this"), pressing(ButtonVerb.USE_ALERT_AS_EXAMPLE, delivery))
        if added is None
        else Button(
            wording.say("No longer an example"), pressing(ButtonVerb.REMOVE_ALERT_FROM_EXAMPLES, delivery, added)
        )
    )
    label = wording.say_many("{n} more article", "{n} more articles", others, n=others)
    listed = (Button(label, pressing(ButtonVerb.LIST_STORY_ARTICLES, delivery)),)
    return (
        *((listed,) if others else ()),
        (Button(wording.say("Why?"), pressing(ButtonVerb.EXPLAIN_ALERT, delivery)), mute),
        (more, Button("✕", pressing(ButtonVerb.SHOW_VOTES, delivery))),
    )


def bad_keyboard(delivery: DeliveryId, wording: Wording, choices: Sequence[Choice]) -> Keyboard:
    """Asks for which topics the alert is bad. The ones chosen so far have a check mark."""
    rows = [
        (Button(_label(choice), pressing(ButtonVerb.ALERT_IS_BAD_FOR_TOPIC, delivery, choice.number)),)
        for choice in choices
    ]
    last = (
        Button(wording.say("All of them"), pressing(ButtonVerb.ALERT_IS_BAD_FOR_TOPIC, delivery, "all")),
        Button("✕", pressing(ButtonVerb.SHOW_VOTES, delivery)),
    )
    return (*rows, last)


def example_keyboard(delivery: DeliveryId, choices: Sequence[Choice]) -> Keyboard:
    """Asks for which topics the article is an example. Pressing a topic that has the example removes it."""
    buttons = [
        Button(
            _label(choice),
            pressing(
                ButtonVerb.REMOVE_ALERT_FROM_EXAMPLES if choice.chosen else ButtonVerb.USE_ALERT_AS_EXAMPLE,
                delivery,
                choice.number,
            ),
        )
        for choice in choices
    ]
    return (*in_rows(buttons, 1), (Button("✕", pressing(ButtonVerb.SHOW_ALERT_MENU, delivery)),))


def _label(choice: Choice) -> str:
    return shortened(choice.name, _NAME_LENGTH) + (" ✓" if choice.chosen else "")


def review_keyboard(delivery: DeliveryId, wording: Wording, *, skipped: bool = False) -> Keyboard:
    """The buttons of a review: post or skip. A skipped alert can still be posted."""
    post = Button(
        wording.say("Post") if not skipped else wording.say("Post it after all"),
        pressing(ButtonVerb.POST_REVIEWED, delivery),
    )
    return (
        ((post,),) if skipped else ((post, Button(wording.say("Skip"), pressing(ButtonVerb.SKIP_REVIEWED, delivery))),)
    )


def too_old(wording: Wording) -> str:
    """The answer to a button of an alert that is no longer stored, or that was never sent to this chat."""
    return wording.say("This is too old for its buttons to do anything.")


def why_page(wording: Wording, judged: Sequence[tuple[TopicReason, Match | None]], *, can_be_closed: bool) -> Rendered:
    """Why an alert was sent, a paragraph for each topic. The match is the stored one, if there still is one."""
    lines: list[Line] = []
    for reason, match in judged:
        if lines:
            lines.append(())
        evidence = match.evidence if match else reason.evidence
        lines.append(line(span(shortened(reason.topic_name, 2 * _NAME_LENGTH), "bold")))
        lines += _evidence_lines(wording, evidence, reason.topic_name)
        if evidence.nearest_example or not evidence.query:
            lines.append(line(span(_score(wording, match.score if match else reason.score, match))))
    return page(
        lines, ((Button(wording.say("Close"), pressing(ButtonVerb.CLOSE_EXPLANATION)),),) if can_be_closed else ()
    )


def _evidence_lines(wording: Wording, evidence: Evidence, topic_name: str) -> list[Line]:
    lines: list[Line] = []
    parts = (*evidence.names, *evidence.terms, *evidence.numbers, *(_without_syntax(part) for part in evidence.query))
    if evidence.sentence:
        lines.append(line("“", *highlighted(shortened(evidence.sentence, _SENTENCE_LENGTH), parts), "”"))
    listed = (
        (wording.say("Fits the query:"), evidence.query),
        (wording.say("Names in both:"), evidence.names[:_LISTED]),
        (wording.say("Words in both:"), evidence.terms[:_LISTED]),
        (wording.say("Figures in both:"), evidence.numbers[:_LISTED]),
    )
    lines += [line(f"{label} ", span(shortened(", ".join(found), 300))) for label, found in listed if found]
    if evidence.nearest_example and names_the_watch(evidence.nearest_example, topic_name):
        if evidence.similarity is not None:
            alike = percent(max(0.0, evidence.similarity))
            lines.append(line(wording.say("Like your example: {percent}% alike in meaning", percent=alike)))
    elif evidence.nearest_example:
        example = shortened(example_name(evidence.nearest_example), _EXAMPLE_LENGTH)
        likeness = (
            wording.say("Most like your example “{example}”", example=example)
            if evidence.similarity is None
            else wording.say(
                "Most like your example “{example}”: {percent}% alike in meaning",
                example=example,
                percent=percent(max(0.0, evidence.similarity)),
            )
        )
        lines.append(line(span(likeness)))
    if evidence.alone is not None:
        lines.append(line(span(_neighbours(wording, evidence.alone, len(evidence.neighbours)))))
    return lines


def _neighbours(wording: Wording, alone: float, count: int) -> str:
    """What other articles have to do with it."""
    return wording.say_many(
        "By your example alone: {percent}%; {n} article that I had read before counted, too.",
        "By your example alone: {percent}%; {n} articles that I had read before counted, too.",
        count,
        percent=percent(alone),
    )


def _score(wording: Wording, score: float, match: Match | None) -> str:
    if match is None:
        return wording.say("I was {percent}% sure.", percent=percent(score))
    return wording.say(
        "I was {percent}% sure; this watch tells from {least}% on.",
        percent=percent(score),
        least=percent(match.threshold),
    )


def _without_syntax(part: str) -> str:
    """A part of a query without its syntax: the text to highlight."""
    return re.sub(r'^\w+:|["*]|~\d+$', "", part).strip()


def highlighted(text: str, parts: Sequence[str]) -> list[Span]:
    """The text as spans, with the given parts in bold. In scripts with blanks between words only whole words count."""
    text = clean_text(text)
    wanted = sorted({part for part in parts if part.strip()}, key=len, reverse=True)
    if not wanted:
        return [Span(text)]
    pattern = re.compile("|".join(map(_pattern, wanted)), re.IGNORECASE)
    spans: list[Span] = []
    end = 0
    for found in pattern.finditer(text):
        spans += [Span(text[end : found.start()]), Span(found[0], "bold")]
        end = found.end()
    return [one for one in (*spans, Span(text[end:])) if one.text]


def _pattern(part: str) -> str:
    words = re.escape(part)
    return words if _UNSPACED.search(part) else rf"(?<!\w){words}(?!\w)"
