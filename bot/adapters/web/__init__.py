"""What the outside may call: one Starlette server. Imports Starlette and uvicorn; nobody else does."""

from bot.adapters.web.hub_routes import hub_route
from bot.adapters.web.monitoring_routes import health_route, metrics_route
from bot.adapters.web.server import WebServer
from bot.adapters.web.webhook_routes import webhook_route

__all__ = ["WebServer", "health_route", "hub_route", "metrics_route", "webhook_route"]
