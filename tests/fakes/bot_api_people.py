"""What people do in the chats of the fake Bot API; the bot is told by updates."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any, Literal

from tests.fakes.bot_api_chats import FakeChat, FakeMessage, World
from tests.fakes.bot_api_keyboards import button_data
from tests.fakes.bot_api_text import utf16_length

ChatType = Literal["private", "group", "supergroup", "channel"]

ANONYMOUS = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""In whose name anonymous admins of a group write (Bot API, Message, `from`)."""


class People:
    """A part of `FakeBotApi`: tests call these."""

    _world: World

    def add_chat(
        self,
        chat_id: int,
        chat_type: ChatType = "private",
        title: str = "",
        *,
        username: str | None = None,
        threads: tuple[int, ...] = (),
    ) -> None:
        """A chat that the bot may write to. Users who write first are added by `user_sends`."""
        with self._world.lock:
            self._world.chats[chat_id] = FakeChat(chat_id, chat_type, title, username, set(threads))

    def knows(self, chat_id: int) -> bool:
        """Whether there is such a chat."""
        with self._world.lock:
            return chat_id in self._world.chats

    def user_sends(
        self,
        user_id: int,
        text: str,
        chat_id: int | None = None,
        *,
        language_code: str | None = "id",
        chat_type: ChatType = "private",
        title: str = "",
        thread: int | None = None,
        first_name: str = "",
        extra: Mapping[str, Any] | None = None,
        replies_to: FakeMessage | None = None,
        replies_to_user: Mapping[str, Any] | None = None,
        document: tuple[str, bytes] | None = None,
        forwarded: bool = False,
        anonymously: bool = False,
    ) -> int:
        """Somebody writes to the bot (privately unless a chat is named); the update's id.

        Args:
            extra: more fields of the message.
            replies_to: a message of the bot.
            replies_to_user: a message of somebody else, as `user_says` gives it.
            document: name and content; `text` is the caption then.
            forwarded: from a person.
            anonymously: as an admin of the group who does not show a name.
        """
        with self._world.lock:
            more = dict(extra or {})
            if replies_to is not None:
                more["reply_to_message"] = self._world.as_json(replies_to)
            elif replies_to_user is not None:
                more["reply_to_message"] = {k: v for k, v in replies_to_user.items() if k != "reply_to_message"}
            message = self.user_says(
                user_id,
                text,
                chat_id,
                language_code=language_code,
                chat_type=chat_type,
                title=title,
                thread=thread,
                first_name=first_name,
                extra=more,
                document=document,
                forwarded=forwarded,
                anonymously=anonymously,
            )
            return self._world.add_update("message", message)

    def user_says(
        self,
        user_id: int,
        text: str,
        chat_id: int | None = None,
        *,
        language_code: str | None = "id",
        chat_type: ChatType = "private",
        title: str = "",
        thread: int | None = None,
        first_name: str = "",
        extra: Mapping[str, Any] | None = None,
        document: tuple[str, bytes] | None = None,
        forwarded: bool = False,
        anonymously: bool = False,
    ) -> dict[str, Any]:
        """Somebody writes what the bot is not told (of groups it sees commands and replies to it); the message."""
        with self._world.lock:
            where = user_id if chat_id is None else chat_id
            chat = self._world.chats.setdefault(where, FakeChat(where, chat_type, title or first_name))
            user = person(user_id, language_code, first_name)
            fields: dict[str, Any] = {"text": text} if document is None else {"caption": text} if text else {}
            if entities := [*command_entities(text), *link_entities(text)]:
                fields["entities" if document is None else "caption_entities"] = entities
            if document is not None:
                fields["document"] = self._world.document(*document)
            if forwarded:
                origin = {"type": "user", "date": int(time.time()), "sender_user": person(99, None, "Somebody")}
                fields["forward_origin"] = origin
            if anonymously:
                bot = dict(ANONYMOUS)
                user, fields["sender_chat"] = bot, chat.as_json()
            message = self._incoming(chat, user, {**fields, **(extra or {})})
            if thread is not None:
                chat.threads.add(thread)
                message |= {"message_thread_id": thread, "is_topic_message": True}
            self._world.others[chat.id, message["message_id"]] = message
            return message

    def user_presses(
        self,
        user_id: int,
        message: FakeMessage,
        button: str,
        *,
        forged: bool = False,
        inaccessible: bool = False,
        anonymous: bool = False,
        language_code: str | None = "id",
        first_name: str = "",
    ) -> str:
        """Somebody presses a button of a message, by its words; the query's id.

        Args:
            forged: `button` is callback data of the presser's own making.
            inaccessible: Telegram no longer shows the message to the bot.
            anonymous: an admin of the group who hides: Telegram names its GroupAnonymousBot.
        """
        with self._world.lock:
            data = button if forged else button_data(message.buttons, button)
            query_id = f"q{self._world.next_update}"
            self._world.queries[query_id] = time.monotonic()
            shown = self._world.as_json(message)
            if inaccessible:
                shown = {"chat": shown["chat"], "message_id": message.message_id, "date": 0}
            self._world.add_update(
                "callback_query",
                {
                    "id": query_id,
                    "from": ANONYMOUS if anonymous else person(user_id, language_code, first_name),
                    "chat_instance": "1",
                    "message": shown,
                    "data": data,
                },
            )
            return query_id

    def delete_message(self, message: FakeMessage) -> None:
        """Somebody deletes a message of the bot."""
        with self._world.lock:
            self._world.messages.remove(message)

    def bot_becomes(self, status: str, chat_id: int, user_id: int, *, before: str = "member") -> int:
        """my_chat_member: the bot is blocked (`kicked`), removed (`left`), unblocked (`member`), promoted …"""
        with self._world.lock:
            chat = self._world.chats.setdefault(chat_id, FakeChat(chat_id))
            bot = self._world.bot()
            chat.members[bot["id"]] = status
            if status in {"kicked", "left"}:
                private = "bot was blocked by the user"
                chat.forbidden = (
                    f"Forbidden: {private if chat.type == 'private' else 'bot was kicked from the group chat'}"
                )
            else:
                chat.forbidden = None
            return self._world.add_update(
                "my_chat_member",
                {
                    "chat": chat.as_json(),
                    "from": person(user_id),
                    "date": int(time.time()),
                    "old_chat_member": membership(bot, before),
                    "new_chat_member": membership(bot, status),
                },
            )

    def bot_is_added(
        self,
        chat_id: int,
        user_id: int,
        title: str = "",
        chat_type: ChatType = "supergroup",
        username: str | None = None,
    ) -> None:
        """Somebody takes the bot into a chat that it did not know; into a channel as an administrator."""
        self.add_chat(chat_id, chat_type, title, username=username)
        self.bot_becomes("administrator" if chat_type == "channel" else "member", chat_id, user_id, before="left")
        if chat_type != "channel":
            with self._world.lock:
                joined = {"new_chat_members": [self._world.bot_user()]}
                message = self._incoming(self._world.chats[chat_id], person(user_id), joined)
                self._world.add_update("message", message)

    def set_member(self, chat_id: int, user_id: int, status: str) -> None:
        """Somebody's status in a chat, for getChatMember: `creator`, `administrator`, `member`, `left` …"""
        with self._world.lock:
            self._world.chats[chat_id].members[user_id] = status

    def upgrade_group(self, old: int, new: int, user_id: int = 1, *, announced: bool = True) -> None:
        """A group becomes a supergroup; `announced`: its service message reaches the bot."""
        with self._world.lock:
            before = self._world.chats[old]
            self._world.chats[new] = FakeChat(new, "supergroup", before.title)
            before.moved_to = new
            if announced:
                message = self._incoming(before, person(user_id), {"migrate_to_chat_id": new})
                self._world.add_update("message", message)

    def deliver_update(self, body: dict[str, Any]) -> int:
        """An update of any shape, unchecked: what a newer Bot API, or a broken proxy, might send."""
        with self._world.lock:
            return self._world.add_raw_update(body)

    def _incoming(self, chat: FakeChat, user: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
        message = {"message_id": self._world.take_message_id(), "date": int(time.time()), "chat": chat.as_json()}
        return {**message, "from": user, **fields}


def person(user_id: int, language_code: str | None = None, first_name: str = "") -> dict[str, Any]:
    """A user as Telegram writes one."""
    user: dict[str, Any] = {"id": user_id, "is_bot": False, "first_name": first_name or f"User {user_id}"}
    if language_code:
        user["language_code"] = language_code
    return user


def command_entities(text: str) -> list[dict[str, Any]]:
    """The entity of a command at the beginning of a text."""
    if not text.startswith("/") or len(text) < 2:
        return []
    return [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]


def link_entities(text: str) -> list[dict[str, Any]]:
    """Addresses in a text, as Telegram finds them; offsets and lengths in UTF-16 units."""
    return [
        {
            "type": "url",
            "offset": utf16_length(text[: found.start()]),
            "length": utf16_length(found[0]),
        }
        for found in re.finditer(r"https?://[^\s<>\"]+|\b(?:[a-z0-9-]+\.)+(?:com|id|org|net)/[^\s]+", text)
    ]


def membership(user: dict[str, Any], status: str) -> dict[str, Any]:
    """A ChatMember with this status."""
    member: dict[str, Any] = {"user": user, "status": status}
    if status == "kicked":
        member["until_date"] = 0
    if status == "creator":
        member["is_anonymous"] = False
    if status == "administrator":
        rights = (
            "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
            "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
            "can_edit_stories", "can_delete_stories", "can_send_welcome_messages",
        )  # fmt: skip
        member |= dict.fromkeys(rights, True)
    return member
