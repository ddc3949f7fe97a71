"""/watch, and whatever is sent privately without a command: from something shown to a topic that is watched."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.errors import QueryError
from bot.matching.editing import MOST_EXAMPLES
from bot.matching.query import parse_query
from bot.model import (
    Alert,
    Delivering,
    Draft,
    DraftId,
    Example,
    MessageId,
    Role,
    SensitivityName,
    Topic,
    read_sensitivity,
)
from bot.telegram.app_api import AppApi, Dependencies
from bot.telegram.attachments import ShownReader
from bot.telegram.buttons import mark, read_number
from bot.telegram.context import MATERIAL, ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.dialogues.new_feeds import NewFeedsDialogue
from bot.telegram.expected_answers import Questions
from bot.telegram.intent import Shown, TextShown, WordsShown, shown_by
from bot.telegram.lookups import changes_by
from bot.telegram.pages import replies
from bot.telegram.pages import watching as pages
from bot.telegram.pages.queries import query_refused
from bot.telegram.provisional_answers import ProvisionalAnswers
from bot.telegram.render import one_line
from bot.telegram.speaker import Speaker
from bot.telegram.transport.incoming import Replied, Said
from bot.telegram.verbs import ButtonVerb
from bot.text.clean import clean_title
from bot.usecases.public_limits import most_topics
from bot.usecases.topics.breadth import TOO_BROAD, breadth
from bot.usecases.topics.drafts import (
    NAME_LENGTH,
    NotSaved,
    begin_draft,
    drop_draft,
    find_draft,
    preview_draft,
    save_draft,
    topic_of_example,
    topic_of_query,
    update_draft,
)
from bot.usecases.topics.example_sources import Unreadable

ANSWER_WITHIN = timedelta(hours=1)
"""A question that nobody has answered by then is not meant any more."""


class WatchDialogue:
    """Implements `Dialogue`."""

    def __init__(
        self,
        dependencies: Dependencies,
        speaker: Speaker,
        view: AppApi,
        reader: ShownReader,
        new_feeds: NewFeedsDialogue,
    ) -> None:
        self._store = dependencies.store
        self._clock = dependencies.clock
        self._embedder = dependencies.embedder
        self._speaker = speaker
        self._provisional = ProvisionalAnswers(dependencies.store, speaker)
        self._view = view
        self._reader = reader
        self._new_feeds = new_feeds
        self._questions = Questions(dependencies.store, speaker, ANSWER_WITHIN)
        watch = OnCommand(Role.EDITOR, self._watch)
        self.commands: Mapping[str, OnCommand] = {
            "watch": watch,
            "pantau": watch,
            "cancel": OnCommand(Role.MEMBER, self._cancel),
            "batal": OnCommand(Role.MEMBER, self._cancel),
            MATERIAL: OnCommand(Role.EDITOR, self._bare),
        }
        self.presses: Mapping[ButtonVerb, OnPress] = {
            ButtonVerb.SET_DRAFT_SENSITIVITY: OnPress(Role.EDITOR, self._on_draft(self._choose_sensitivity)),
            ButtonVerb.SET_DRAFT_DELIVERY: OnPress(Role.EDITOR, self._on_draft(self._choose_delivery)),
            ButtonVerb.LIST_DRAFT_FEEDS: OnPress(Role.EDITOR, self._on_draft(self._show_feeds)),
            ButtonVerb.SWITCH_DRAFT_FEEDS: OnPress(Role.EDITOR, self._on_draft(self._switch_feeds)),
            ButtonVerb.SET_DRAFT_LANGUAGES: OnPress(Role.EDITOR, self._on_draft(self._limit_languages)),
            ButtonVerb.SHOW_DRAFT: OnPress(Role.EDITOR, self._on_draft(self._back)),
            ButtonVerb.ASK_DRAFT_EXAMPLE: OnPress(Role.EDITOR, self._on_draft(self._ask_example)),
            ButtonVerb.ASK_DRAFT_NAME: OnPress(Role.EDITOR, self._on_draft(self._ask_name)),
            ButtonVerb.SAVE_DRAFT: OnPress(Role.EDITOR, self._save),
            ButtonVerb.DROP_DRAFT: OnPress(Role.EDITOR, self._on_draft(self._drop)),
        }
        self.answers: Mapping[str, OnAnswer] = {
            "draft-first": OnAnswer(Role.EDITOR, self._hear_material),
            "draft-paste": OnAnswer(Role.EDITOR, self._hear_pasted),
            "draft-name": OnAnswer(Role.EDITOR, self._hear_name),
        }

    # --- what is shown -----------------------------------------------------------------------

    async def _watch(self, context: ChatContext, said: Said) -> None:
        shown = shown_by(said.material)
        if shown is None and said.replied is not None:
            await self._begin_with_reply(context, said.replied)
        elif shown is None:
            await self._questions.ask(context, "draft-first", pages.asking_for_material(context.wording))
        else:
            await self._take(context, shown, None)

    async def _bare(self, context: ChatContext, said: Said) -> None:
        """A link, a forward, a document or a long text begins a watch; a few words may be a slip. A list of feeds is no
        article."""
        shown = shown_by(said.material)
        if self._new_feeds.takes(said):
            await self._new_feeds.import_document(context, said)
        elif shown is None or (isinstance(shown, WordsShown) and not said.material.is_forward):
            await self._speaker.say(context, replies.hint(context.wording))
        else:
            await self._take(context, shown, None)

    async def _hear_material(self, context: ChatContext, said: Said, about: str) -> None:
        """The answer to "what shall I watch", or to "one more example"; `about`: the draft, if there is one."""
        shown = shown_by(said.material)
        if about and isinstance(shown, WordsShown):
            shown = TextShown(said.material.text)
        await self._take_answer(context, shown, about)

    async def _hear_pasted(self, context: ChatContext, said: Said, about: str) -> None:
        """The answer to "paste the text": a text by all means, unless it is a document or another link."""
        shown = shown_by(said.material)
        if isinstance(shown, WordsShown):
            shown = TextShown(said.material.text)
        await self._take_answer(context, shown, about)

    async def _take_answer(self, context: ChatContext, shown: Shown | None, about: str) -> None:
        """Last the question is forgotten: where Telegram cannot be told now, this is still the answer next time."""
        if shown is None:
            await self._speaker.ask(context, pages.asking_for_material(context.wording))
        elif await self._take(context, shown, about):
            await self._questions.forget(context)

    async def _begin_with_reply(self, context: ChatContext, replied: Replied) -> None:
        """An alert of ours is in the archive; anything else is what it shows."""
        if replied.by_us and (example := await self._archived(context, replied.message_id)) is not None:
            waiting = await self._provisional.say(context, pages.reading(context.wording))
            await self._show(context, await self._new(context, topic_of_example(example)), waiting)
            return
        shown = shown_by(replace(replied.material, is_forward=True))
        if shown is None:
            await self._questions.ask(context, "draft-first", pages.asking_for_material(context.wording))
        else:
            await self._take(context, shown, None)

    async def _archived(self, context: ChatContext, message_id: MessageId) -> Example | None:
        async with self._store.read() as unit:
            delivery = await unit.outbox.of_message(context.chat.chat, message_id)
            if delivery is None or not isinstance(delivery.content, Alert):
                return None
            for article in await unit.articles.get([delivery.content.article_id]):
                origin = article.link or str(article.id)
                return Example(origin, article.title, article.text, article.language, article.published_at)
        return None

    async def _take(self, context: ChatContext, shown: Shown, about: str | None) -> bool:
        """Read what was shown; then show the draft that it begins, or belongs to (`about`). False: more is asked."""
        if isinstance(shown, WordsShown):
            await self.take_query(context, shown.query)
            return True
        waiting = await self._provisional.say(context, pages.reading(context.wording))
        read = await self._reader.read(context, shown)
        if isinstance(read, Unreadable):
            await self._say_unreadable(context, read, waiting, about or "")
            return False
        draft = await self._draft(context, about) if about else None
        if draft is None:
            await self._show(context, await self._new(context, topic_of_example(read)), waiting)
        elif read in draft.topic.examples:  # it was taken before the process was killed
            await self._show(context, draft, waiting)
        elif len(draft.topic.examples) >= MOST_EXAMPLES:
            await self._provisional.replace(context, pages.too_many_examples(context.wording), waiting)
        else:
            if draft.message_id is not None:  # its buttons go: the newer message has them
                await self._speaker.delete(context, draft.message_id)
            topic = replace(draft.topic, examples=(*draft.topic.examples, read))
            await self._show(context, replace(draft, topic=topic), waiting)
        return True

    async def take_query(self, context: ChatContext, query: str) -> None:
        """Begin a watch with a query."""
        try:
            parse_query(query)
        except QueryError as error:
            await self._speaker.say(context, query_refused(query, error, context.wording))
            return
        waiting = await self._provisional.say(context, pages.reading(context.wording))
        await self._show(context, await self._new(context, topic_of_query(query)), waiting)

    async def _say_unreadable(
        self, context: ChatContext, what: Unreadable, waiting: MessageId | None, about: str
    ) -> None:
        said = pages.unreadable(context.wording, what, names_setting=context.role is Role.ADMIN)
        await self._provisional.replace(context, said, waiting)
        await self._questions.expect(context, "draft-paste", about)

    # --- the draft ---------------------------------------------------------------------------

    async def _new(self, context: ChatContext, topic: Topic) -> Draft:
        return await begin_draft(self._store, self._clock, context.here, context.user_id, topic)

    async def _draft(self, context: ChatContext, key: str) -> Draft | None:
        """The draft that a button or an answer names, if it belongs to this chat."""
        number = read_number(key)
        draft = None if number is None else await find_draft(self._store, DraftId(number))
        return draft if draft is not None and draft.destination.chat == context.chat.chat else None

    async def _show(self, context: ChatContext, draft: Draft, message_id: MessageId | None) -> None:
        """Look back with the draft and put its card in the place of a message."""
        watch = self._view.watchlist()
        preview = await preview_draft(self._store, self._embedder, self._clock, watch, draft)
        said = pages.card(preview, context.reader, context.now, self._tags(), context.chat.preferences.reads)
        shown_in = await self._provisional.replace(context, said, message_id)
        await update_draft(self._store, replace(draft, message_id=shown_in))

    def _tags(self) -> list[str]:
        return sorted({tag for feed in self._view.feeds() for tag in feed.tags})

    def _on_draft(
        self, do: Callable[[ChatContext, Press, Draft], Awaitable[None]]
    ) -> Callable[[ChatContext, Press], Awaitable[None]]:
        """A button that names a draft of this chat, which is there."""

        async def on_press(context: ChatContext, press: Press) -> None:
            draft = await self._draft(context, press.argument(0))
            if draft is None:
                press.say(pages.draft_gone(context.wording), urgent=True)
            else:
                await do(context, press, draft)

        return on_press

    async def _choose_sensitivity(self, context: ChatContext, press: Press, draft: Draft) -> None:
        wanted = read_sensitivity(press.argument(1))
        if isinstance(wanted, SensitivityName) and wanted != draft.topic.sensitivity:  # no button has a number
            topic = replace(draft.topic, sensitivity=wanted)
            await self._show(context, replace(draft, topic=topic), context.message_id)

    async def _choose_delivery(self, context: ChatContext, press: Press, draft: Draft) -> None:
        way = press.argument(1)
        if way in set(Delivering):
            await self._keep_and_mark(context, replace(draft, topic=replace(draft.topic, delivering=Delivering(way))))

    async def _keep_and_mark(self, context: ChatContext, draft: Draft) -> None:
        """What does not change what is found changes the buttons alone."""
        await update_draft(self._store, draft)
        keyboard = pages.draft_keyboard(draft, context.wording, self._tags(), context.chat.preferences.reads)
        await self._speaker.change_keyboard(context, keyboard)

    async def _show_feeds(self, context: ChatContext, _press: Press, draft: Draft) -> None:
        await self._speaker.change_keyboard(context, pages.feeds_keyboard(draft, context.wording, self._tags()))

    async def _switch_feeds(self, context: ChatContext, press: Press, draft: Draft) -> None:
        key, wanted = press.argument(1), press.argument(2)
        tag = next((tag for tag in self._tags() if mark(tag) == key), None)
        feeds = draft.topic.feeds
        if key == pages.ALL:
            feeds = ()
        elif tag is not None:
            others = tuple(one for one in feeds if one != tag)
            feeds = (*others, tag) if wanted == "1" else others
        changed = replace(draft, topic=replace(draft.topic, feeds=feeds))
        await update_draft(self._store, changed)
        await self._speaker.change_keyboard(context, pages.feeds_keyboard(changed, context.wording, self._tags()))

    async def _limit_languages(self, context: ChatContext, press: Press, draft: Draft) -> None:
        languages = context.chat.preferences.reads if press.arguments[-1] == "1" else ()
        await self._show(context, replace(draft, topic=replace(draft.topic, languages=languages)), context.message_id)

    async def _back(self, context: ChatContext, _press: Press, draft: Draft) -> None:
        await self._show(context, draft, context.message_id)

    async def _ask_example(self, context: ChatContext, _press: Press, draft: Draft) -> None:
        await self._questions.ask(context, "draft-first", pages.asking_for_example(context.wording), str(draft.id))

    async def _ask_name(self, context: ChatContext, _press: Press, draft: Draft) -> None:
        asked = pages.asking_for_name(context.wording, draft.topic)
        await self._questions.ask(context, "draft-name", asked, str(draft.id))

    async def _hear_name(self, context: ChatContext, said: Said, about: str) -> None:
        name = clean_title(said.material.text)[:NAME_LENGTH].strip()
        draft = await self._draft(context, about)
        if draft is None or not name:
            await self._speaker.say(context, one_line(pages.draft_gone(context.wording)))
        else:
            if draft.message_id is not None:
                await self._speaker.delete(context, draft.message_id)
            await self._show(context, replace(draft, topic=replace(draft.topic, name=name)), None)
        await self._questions.forget(context)

    async def _save(self, context: ChatContext, press: Press) -> None:
        """Handled again, the draft is gone because this very press has saved it."""
        draft = await self._draft(context, press.argument(0))
        async with self._store.read() as unit:
            saved = next((change.values["topic"] for change in await changes_by(unit, context, press)), None)
        if saved is None:
            outcome: Topic | NotSaved = NotSaved.GONE
            most = most_topics(context.chat, self._view.watchlist().public)
            if draft is not None:
                press.then(self._view.topics_changed)
                change = context.change("topic-made", press=press.query_id)
                outcome = NotSaved.TOO_BROAD
                if not await self._is_too_broad(context, draft.topic):
                    outcome = await save_draft(self._store, self._view.watchlist(), draft.id, change, most)
            if isinstance(outcome, NotSaved):
                press.say(pages.not_saved(context.wording, outcome, most), urgent=True)
                return
            saved = outcome.name
        await self._speaker.change(context, pages.saved(context.wording, saved))

    async def _is_too_broad(self, context: ChatContext, topic: Topic) -> bool:
        """A chat of the public may not watch most of the news."""
        return context.chat.preferences.public and await breadth(self._store, self._clock, topic) > TOO_BROAD

    async def _drop(self, context: ChatContext, _press: Press, draft: Draft) -> None:
        """Last it is forgotten: where Telegram cannot be told now, this is done again."""
        await self._speaker.change(context, pages.dropped(context.wording))
        await drop_draft(self._store, draft.id)

    async def _cancel(self, context: ChatContext, _said: Said) -> None:
        """The question is forgotten by any command; this one says so."""
        await self._speaker.say(context, pages.dropped(context.wording))
