"""What the outside may call: one Starlette server. Imports Starlette and uvicorn; nobody else does."""

from bot.adapters.web.hubs import hub_route
from bot.adapters.web.seeing import health_route, metrics_route
from bot.adapters.web.server import WebServer
from bot.adapters.web.webhook import webhook_route

__all__ = ["WebServer", "health_route", "hub_route", "metrics_route", "webhook_route"]
