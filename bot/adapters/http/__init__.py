"""HTTP and `file:` documents: the only package that imports httpx and httpcore.

It keeps limits that the far side cannot lift (size, time, redirects, addresses), and turns whatever happens into one
of the values of `bot.model.FetchOutcome`. It does not look into a body: parsing is the workers'.
"""

from bot.adapters.http.fetcher import HttpFetcher
from bot.adapters.http.http_settings import HttpSettings
from bot.adapters.http.hub_client import HttpHubs
from bot.adapters.http.json_api import JsonApi

__all__ = ["HttpFetcher", "HttpHubs", "HttpSettings", "JsonApi"]
