"""Where access is open: chats let themselves in, by /start or by taking the bot into a group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.config import Access
from bot.model import AccessRequest, Chat
from bot.store import UnitOfWork
from bot.telegram.admission import Admission
from bot.telegram.app_api import AppApi
from bot.telegram.context import ChatContext
from bot.telegram.pages import replies
from bot.telegram.render import Rendered
from bot.telegram.transport.incoming import Membership, Said
from bot.usecases.sign_up import SignUp, is_kept_out, sign_up


@dataclass(frozen=True, slots=True)
class OpenAccess:
    """Signs chats up that nobody has let in, while the configuration says so."""

    view: AppApi

    @property
    def is_open(self) -> bool:
        return self.view.access() is Access.OPEN

    async def start(self, unit: UnitOfWork, context: ChatContext, chat: Chat, admitted: Admission) -> SignUp:
        """Somebody has sent /start in a chat that is not let in."""
        request = AccessRequest(
            context.chat.chat, chat.kind, chat.title, context.user_id, context.user_name, context.now
        )
        return await sign_up(unit, chat, request, self.view.watchlist().public, admitted.admins)

    async def join(
        self, unit: UnitOfWork, added: Membership, chat: Chat, admitted: Admission, now: datetime
    ) -> SignUp | None:
        """Somebody has taken the bot into a group. None: nothing was tried, as in channels, where nobody can talk to
        it."""
        if not (self.is_open and added.present and chat.kind in {"group", "supergroup"}):
            return None
        if admitted.may_use(chat, added.username, added.user_id):
            return None
        request = AccessRequest(chat.chat, chat.kind, chat.title, added.user_id, added.user_name, now)
        return await sign_up(unit, chat, request, self.view.watchlist().public, admitted.admins)

    async def refusal(
        self, unit: UnitOfWork, context: ChatContext, said: Said, outcome: SignUp | None
    ) -> Rendered | None:
        """The answer to somebody who is not let in. `outcome`: of their /start; None: they have sent something else."""
        if outcome is None and not context.is_private:
            return None
        if outcome is None and await is_kept_out(unit, context.chat.chat, context.user_id):
            outcome = SignUp.OUT
        match outcome:
            case None:
                return replies.start_first(context.wording)
            case SignUp.OUT:
                return replies.kept_out(context.wording, said)
            case _:
                return replies.no_room(context.wording, outcome)
