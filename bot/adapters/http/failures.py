"""Errors below HTTP (names, connections, TLS, timeouts) as a one-line reason and a kind for the poller. Pure."""

from __future__ import annotations

import ssl

import httpcore

from bot.adapters.http.bodies import BodyBrokenError, BodyTooLargeError, BodyTooSlowError
from bot.adapters.http.connecting import AddressRefusedError, NameNotFoundError
from bot.adapters.http.http_settings import HttpSettings
from bot.adapters.http.targets import Target
from bot.model import FetchFailed, FetchProblem, FetchRequest

EXPECTED = (
    AddressRefusedError,
    NameNotFoundError,
    BodyTooLargeError,
    BodyTooSlowError,
    BodyBrokenError,
    TimeoutError,
    OSError,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
)
"""The errors that a server, the network or a refused address can cause. Any other exception is a bug."""


def failure_from(error: Exception, request: FetchRequest, target: Target, settings: HttpSettings) -> FetchFailed:
    """The outcome for one of the EXPECTED errors, raised while fetching `target`."""
    problem, reason = _explain(error, target.host, settings, settings.limit_of(request.purpose))
    return FetchFailed(url=target.shown, problem=problem, reason=reason)


def _explain(  # noqa: PLR0911 -- one line a kind of failure
    error: Exception, host: str, settings: HttpSettings, limit: int
) -> tuple[FetchProblem, str]:
    match error:
        case AddressRefusedError():
            return FetchProblem.REFUSED_ADDRESS, str(error)
        case NameNotFoundError():
            return FetchProblem.UNREACHABLE, str(error)
        case BodyTooLargeError():
            return FetchProblem.TOO_LARGE, f"{host} sent more than {limit:,} bytes"
        case BodyTooSlowError():
            slowly = f"less than {settings.drip_bytes:,} bytes in {settings.drip_seconds:g} s"
            return FetchProblem.TIMEOUT, f"{host} did not answer to the end: {slowly}"
        case BodyBrokenError():
            return FetchProblem.BAD_CONTENT, f"{host} sent a body that cannot be read: {error}"
        case httpcore.ConnectTimeout():
            return FetchProblem.TIMEOUT, f"{host} did not answer within {settings.connect_seconds:g} s"
        case TimeoutError() | httpcore.TimeoutException():
            return FetchProblem.TIMEOUT, f"{host} did not answer within {settings.total_seconds:g} s"
        case httpcore.ProxyError():
            return FetchProblem.UNREACHABLE, f"{host} cannot be reached: the proxy (network.proxy) refuses ({error})"
        case httpcore.ConnectError():
            return FetchProblem.UNREACHABLE, _connection_failure(error, host)
        case _:
            return FetchProblem.UNREACHABLE, f"{host} broke off its answer"


def _connection_failure(error: Exception, host: str) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"{host} cannot be trusted: {cause.verify_message or 'its certificate is not valid'}"
        if isinstance(cause, ssl.SSLError):
            return f"{host} cannot be reached: no secure connection ({cause.reason or 'TLS failed'})"
        if isinstance(cause, ConnectionRefusedError):
            return f"{host} cannot be reached: it refuses the connection"
        cause = cause.__cause__ or cause.__context__
    return f"{host} cannot be reached: no way there (is the network up?)"
