"""Messages about access: the result of a request, the list of chats, and a single chat. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Chat, ChatKind
from bot.telegram.buttons import Button, Keyboard, pressing
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.notice_buttons import decision_buttons
from bot.telegram.pages.pagination import last_page, page_turners
from bot.telegram.render import Rendered, page
from bot.telegram.verbs import ButtonVerb
from bot.text.clean import clean_title
from bot.usecases.access import AccessStatus, Decided, Guest, request_notice
from bot.wording.alerts import notice_text
from bot.wording.wording import Wording

AT_ONCE = 8
"""Chats per page of the list."""

_NAME = 64
_BUTTON = 40


def decided(wording: Wording, what: Decided) -> Rendered:
    """The access request with its result instead of its buttons."""
    asked = notice_text(request_notice(what.request), wording)
    return page([*(line(span(text)) for text in asked.split("\n")), (), line(span(verdict(wording, what), "bold"))])


def verdict(wording: Wording, what: Decided) -> str:
    """One line: who decided, and how."""
    by = shortened(clean_title(what.by), _NAME) or wording.say("an admin")
    return wording.say("Let in by {name}", name=by) if what.granted else wording.say("Refused by {name}", name=by)


def guest_list(wording: Wording, guests: Sequence[Guest], number: int) -> Rendered:
    """A page of the chats that were let in or asked for it, with a button each; `number` too high: the last page."""
    number = min(number, last_page(len(guests), AT_ONCE))
    shown = guests[number * AT_ONCE : (number + 1) * AT_ONCE]
    if not shown:
        return page([line(span(wording.say("Nobody has asked to be let in yet.")))])
    admitted_count = sum(guest.status is AccessStatus.IN for guest in guests)
    waiting_count = sum(guest.status is AccessStatus.WAITING for guest in guests)
    lines: list[Line] = [
        line(span(wording.say_many("{n} chat let in", "{n} chats let in", admitted_count, n=admitted_count), "bold"))
    ]
    if waiting_count:
        lines.append(
            line(span(wording.say_many("{n} waits for your answer", "{n} wait for your answer", waiting_count)))
        )
    lines.append(())
    lines += [
        line("• ", span(_name(guest.chat)), " — ", span(_status_text(wording, guest), "italic")) for guest in shown
    ]
    buttons: Keyboard = tuple(
        (Button(shortened(_name(guest.chat), _BUTTON), pressing(ButtonVerb.SHOW_GUEST, guest.chat.chat)),)
        for guest in shown
    )
    return page(lines, (*buttons, *page_turners(number, len(guests), AT_ONCE, ButtonVerb.LIST_GUESTS)))


def guest_page(
    wording: Wording, guest: Guest, watches: Sequence[str], editors: Sequence[str], *, named_in_file: bool
) -> Rendered:
    """One chat with the actions of an admin. `watches`: the names of the topics that send to the chat."""
    lines: list[Line] = [
        line(span(_name(guest.chat), "bold")),
        line(f"{_kind(wording, guest.chat.kind)} · ", span(guest.chat.chat, "code")),
        line(span(_status_text(wording, guest))),
    ]
    if guest.request is not None and guest.request.user_name and guest.chat.kind != "private":
        asker = shortened(clean_title(guest.request.user_name), _NAME)
        lines.append(line(span(wording.say("Asked by: {name}", name=asker))))
    if editors:
        lines.append(line(span(wording.say("Editors: {names}", names=", ".join(shortened(e, _NAME) for e in editors)))))
    if watches:
        lines += [(), line(span(wording.say("Watches that write there:")))]
        lines += [line("• ", span(shortened(clean_title(name), _NAME))) for name in watches]
    if named_in_file:
        note = wording.say("A watch in the configuration files names this chat: it stays let in until that is changed.")
        lines += [(), line(span(note, "italic"))]
    return page(lines, _guest_buttons(wording, guest))


def shutting_out(wording: Wording, chat: Chat) -> Rendered:
    """Asks for confirmation before a chat is shut out."""
    sure = wording.say(
        "Shut out {name}? I will no longer answer there, and its own watches are paused.", name=_name(chat)
    )
    buttons = (
        Button(wording.say("Yes, shut out"), pressing(ButtonVerb.SHUT_OUT, chat.chat)),
        Button(wording.say("« Back"), pressing(ButtonVerb.SHOW_GUEST, chat.chat)),
    )
    return page([line(span(sure))], (buttons,))


def _guest_buttons(wording: Wording, guest: Guest) -> Keyboard:
    back = (Button(wording.say("« Back"), pressing(ButtonVerb.LIST_GUESTS, 0)),)
    chat = guest.chat.chat
    match guest.status:
        case AccessStatus.WAITING:
            return (*decision_buttons(chat, wording), back)
        case AccessStatus.IN:
            shut_out = Button(wording.say("Shut out…"), pressing(ButtonVerb.ASK_TO_SHUT_OUT, chat))
            lift = Button(wording.say("Lift its limits"), pressing(ButtonVerb.LIFT_LIMITS, chat))
            return ((shut_out, lift) if guest.chat.preferences.public else (shut_out,), back)
        case AccessStatus.OUT:
            return ((Button(wording.say("Let in"), pressing(ButtonVerb.LET_IN_AFTER_ALL, chat)),), back)


def _status_text(wording: Wording, guest: Guest) -> str:
    match guest.status:
        case AccessStatus.WAITING:
            return wording.say("waits for your answer")
        case AccessStatus.IN if guest.chat.preferences.public:
            return wording.say("let itself in")
        case AccessStatus.IN:
            return wording.say("let in")
        case AccessStatus.OUT:
            return wording.say("not let in")


def _kind(wording: Wording, kind: ChatKind) -> str:
    match kind:
        case "channel":
            return wording.say("channel")
        case "group" | "supergroup":
            return wording.say("group")
        case _:
            return wording.say("private chat")


def _name(chat: Chat) -> str:
    return shortened(clean_title(chat.title), _NAME) or chat.chat
