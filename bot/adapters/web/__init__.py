"""The HTTP server for webhooks, WebSub hubs and monitoring. The only package that imports Starlette and uvicorn."""

from bot.adapters.web.hub_routes import hub_route
from bot.adapters.web.monitoring_routes import health_route, metrics_route
from bot.adapters.web.server import WebServer
from bot.adapters.web.webhook_routes import webhook_route

__all__ = ["WebServer", "health_route", "hub_route", "metrics_route", "webhook_route"]
