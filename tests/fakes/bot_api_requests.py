"""How calls to the fake Bot API come and are refused (Bot API, "Making requests")."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.fakes.bot_api_text import RefusedError
from tests.fakes.bot_api_types import methods as api

METHODS = {
    method.__api_method__.lower(): method
    for method in vars(api).values()
    if isinstance(method, type) and issubclass(method, api.TelegramMethod) and method is not api.TelegramMethod
}
"""Of the whole Bot API, by their names in lower case."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart form."""

    name: str
    content: bytes


async def read_values(request: Request) -> dict[str, Any]:
    """Parameters of a call: from the query, a form with or without files, or JSON."""
    values: dict[str, Any] = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form() as form:
            for name, value in form.multi_items():
                values[name] = value if isinstance(value, str) else Upload(value.filename or "", await value.read())
        attached = {name: value for name, value in values.items() if isinstance(value, Upload)}
        for name, value in list(values.items()):
            if isinstance(value, str) and value.startswith("attach://"):
                values[name] = attached[value.removeprefix("attach://")]
                values.pop(value.removeprefix("attach://"), None)
        return values
    if request.headers.get("content-type", "").startswith("application/json"):
        values |= await request.json()
    elif request.method == "POST":
        values |= dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    return values


def checked(method: type[api.TelegramMethod[Any]], values: dict[str, Any]) -> dict[str, Any]:
    """The parameters decoded, or what Telegram would say; what it would silently ignore is refused here."""
    for name, value in values.items():
        if name not in method.model_fields:
            raise RefusedError(400, f"Bad Request: unknown parameter {name}")
        if isinstance(value, str) and value[:1] in {"{", "["} and name not in {"text", "caption"}:
            values[name] = json.loads(value)
    try:
        method.model_validate({name: "file" if isinstance(one, Upload) else one for name, one in values.items()})
    except ValidationError as error:
        first = error.errors()[0]
        raise RefusedError(400, f"Bad Request: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return values


def is_true(value: object) -> bool:
    """A Boolean of a form or of JSON."""
    return str(value).lower() == "true"


def refusal(error: RefusedError) -> Response:
    """An error as the Bot API words it."""
    body: dict[str, Any] = {"ok": False, "error_code": error.status, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return JSONResponse(body, status_code=error.status)
