"""Checks of everything that Kabar depends on, for `kabar setup` and `kabar doctor`."""

from __future__ import annotations

import asyncio
import time

from bot.adapters import llm
from bot.adapters.embedding import AWAY_REMEDY, OTHER_MODEL_REMEDY, Agreement, EndpointEmbedder
from bot.app.resources import Tools
from bot.config import Settings, data_directory, find_token
from bot.errors import MessengerError
from bot.model import Article, ArticleId, Language
from bot.summaries.check import faults
from bot.telegram import BotIdentity, TelegramClient, TelegramMessenger, check_token
from bot.usecases.monitoring.doctor import Finding, examine_data_folder, examine_feeds, examine_model, examine_store


async def check_telegram_token(token: str, settings: Settings) -> BotIdentity:
    """The bot that a token belongs to. Raises MessengerError if the token is wrong or Telegram is unreachable."""
    return await check_token(token, settings.telegram.api_url, settings.network.proxy)


async def examine(tools: Tools, *, send: bool) -> tuple[Finding, ...]:
    """The findings of `kabar doctor`. `send`: also send a test message to the admins and chats."""
    store, model, feeds = await asyncio.gather(
        examine_store(tools.store),
        examine_model(tools.local),
        examine_feeds(tools.configuration.feeds, tools.fetcher, tools.workers, tools.clock),
    )
    endpoint = () if tools.endpoint is None else (await _examine_endpoint(tools.endpoint),)
    summaries = () if tools.summarizer is None else (await _examine_summarizer(tools.summarizer),)
    folder = examine_data_folder(data_directory(tools.directory, tools.environment))
    return (*await _examine_telegram(tools, send=send), store, folder, model, *endpoint, *summaries, *feeds)


async def _examine_endpoint(endpoint: EndpointEmbedder) -> Finding:
    """Whether `embedding.url` responds, and serves the same model as the built-in one."""
    await endpoint.examine()  # a server may load its model at the first request, so the second one is timed
    started = time.perf_counter()
    found = await endpoint.examine()
    seconds = time.perf_counter() - started
    if isinstance(found, Agreement):
        says = f"{endpoint.address} serves the same model (agreement {found.mean:.3f}), answers in {seconds:.2f} s"
        return Finding("embedding", ok=True, says=says)
    remedy = OTHER_MODEL_REMEDY if found.is_other_model else AWAY_REMEDY
    todo = f"{remedy[0].upper()}{remedy[1:]}."
    return Finding("embedding", ok=False, says=f"{endpoint.address}: {found.reason}", todo=todo)


_TRIAL = Article(
    ArticleId("trial"),
    "Banjir Merendam Dua Belas Desa di Demak",
    "Banjir merendam dua belas desa di Kabupaten Demak, Jawa Tengah, sejak Senin malam. Sebanyak 3.500 warga mengungsi "
    "ke balai desa. Tanggul Sungai Wulan jebol sepanjang 20 meter setelah hujan lebat selama dua hari.",
    Language("id"),
)


async def _examine_summarizer(summarizer: llm.EndpointSummarizer) -> Finding:
    """Whether `summaries.url` responds in time, with a text that passes the checks."""
    await summarizer.examine([_TRIAL], _TRIAL.language)  # a server may load its model at the first request
    started = time.perf_counter()
    found = await summarizer.examine([_TRIAL], _TRIAL.language)
    seconds = time.perf_counter() - started
    if not isinstance(found, str):
        todo = f"{llm.AWAY_REMEDY[0].upper()}{llm.AWAY_REMEDY[1:]}."
        return Finding("summaries", ok=False, says=f"{summarizer.address}: {found.reason}", todo=todo)
    says = f"{summarizer.address} writes a summary in {seconds:.1f} s"
    if wrong := faults(found, [_TRIAL], _TRIAL.language):
        why = ", ".join(dict.fromkeys(fault.kind for fault in wrong))
        todo = "Name a model that keeps to the articles; what it writes is not told otherwise."
        return Finding("summaries", ok=False, says=f"{says}, which may not be told ({why})", todo=todo)
    return Finding("summaries", ok=True, says=says)


async def _examine_telegram(tools: Tools, *, send: bool) -> tuple[Finding, ...]:
    settings = tools.configuration.settings
    token = find_token(settings, tools.environment, tools.directory)
    if token is None:
        return (Finding("telegram", ok=not send, says="no token: alerts are printed", todo="Connect it: kabar setup"),)
    try:
        identity = await check_telegram_token(token, settings)
    except MessengerError as error:
        return (Finding("telegram", ok=False, says=str(error)),)
    async with tools.store.read() as unit:
        admins = (*settings.telegram.admins, *await unit.chats.admins())
    connected = Finding("telegram", ok=True, says=f"@{identity.username}")
    if not admins:
        todo = "Start `kabar run` and open the link that it prints."
        return (connected, Finding("admins", ok=False, says="nobody is admin yet", todo=todo))
    chats = dict.fromkeys(str(user) for user in admins)
    chats.update(dict.fromkeys(to.chat for topic in tools.configuration.topics for to in topic.destinations))
    async with TelegramClient(token, settings.telegram.api_url, settings.network.proxy) as client:
        messenger = TelegramMessenger(client.bot, tools.clock, settings.language, settings.timezone)
        rights = [await messenger.examine(chat, send=send) for chat in chats]
    return (connected, *(_chat_finding(chat, problem) for chat, problem in zip(chats, rights, strict=True)))


def _chat_finding(chat: str, problem: str | None) -> Finding:
    if problem is None:
        return Finding(f"chat {chat}", ok=True, says="the bot may write there")
    return Finding(f"chat {chat}", ok=False, says=problem, todo="Let the bot into the chat, or correct its id.")
