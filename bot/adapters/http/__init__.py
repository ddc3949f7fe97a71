"""Fetching over HTTP and from `file:` URLs. This is the only package that imports httpx and httpcore.

It enforces limits on size, time, redirects and addresses that the server cannot lift, and turns every result into one
of the values of `bot.model.FetchOutcome`. It does not parse bodies; that is done in `bot.adapters.workers`.
"""

from bot.adapters.http.fetcher import HttpFetcher
from bot.adapters.http.http_settings import HttpSettings
from bot.adapters.http.hub_client import HttpHubs
from bot.adapters.http.json_api import JsonApi
from bot.adapters.http.lookups import AddressInfo, Lookups

__all__ = ["AddressInfo", "HttpFetcher", "HttpHubs", "HttpSettings", "JsonApi", "Lookups"]
