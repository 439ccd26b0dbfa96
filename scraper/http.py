"""The door to the network: the one module that imports httpx. One request and its answer, and the connection they go over."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import quote

import httpcore
import httpx

from scraper.addresses import CheckedBackend, Named
from scraper.archive import AS_SENT
from scraper.errors import BrokenBody, FetchError, PortalRefused, TlsRefused
from scraper.exchange import Exchange
from scraper.links import Request
from scraper.registry import host_of

VERSION = "0.1.0"
LARGEST_BODY = 60 * 1024 * 1024
"""Bytes as sent; home pages of 14 MB are real (portals.md 2.5)."""
DEADLINE = 90.0
"""Seconds for one request with its body."""
SILENCE = 30.0
"""Seconds without a byte."""
CONNECT = 15.0
"""Seconds for a connection."""
_AS_SENT = "headers_as_sent"
"""Under which an answer carries its headers as they came."""
_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's option for servers that renegotiate in the old way; the ssl module of Python 3.11 has no name for it."""


class _CheckedTransport(httpx.AsyncHTTPTransport):
    """httpx over one connection at a time, whose addresses are judged where it is opened."""

    def __init__(self, tls: ssl.SSLContext, named: Named) -> None:
        self._pool = httpcore.AsyncConnectionPool(  # httpx hands no backend on
            ssl_context=tls,
            max_connections=1,
            max_keepalive_connections=1,
            keepalive_expiry=60,
            network_backend=CheckedBackend(named),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, without the Location that httpx looks into although it follows none: for one that is no address it drops the whole answer."""
        response = await super().handle_async_request(request)
        response.extensions[_AS_SENT] = response.headers.raw
        response.headers.pop("location", None)
        return response


@asynccontextmanager
async def client(agent: str, tls: ssl.SSLContext, named: Named) -> AsyncIterator[httpx.AsyncClient]:
    """A client of its own for a portal, with a cookie jar: one shared by 500 hosts was six times slower than one for each."""
    headers = {
        "User-Agent": agent,
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
        "Accept-Language": "zh-CN,zh;q=0.9",
        "Accept-Encoding": "gzip, deflate",  # what a reader of the archive can undo
    }
    timeout = httpx.Timeout(SILENCE, connect=CONNECT)
    async with httpx.AsyncClient(
        transport=_CheckedTransport(tls, named), timeout=timeout, headers=headers, trust_env=False
    ) as opened:
        yield opened


def user_agent(contact: str | None) -> str:
    """Names the project and who runs the crawl."""
    return f"nianbao/{VERSION} (annual reports on open government information; {contact or 'no contact given'})"


def tls_context(*, old: bool = False) -> ssl.SSLContext:
    """The TLS context that clients share; `old` also speaks the protocols and ciphers of 2010. Certificates are checked by both."""
    context = httpx.create_ssl_context()
    if old:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.options |= _LEGACY_SERVER_CONNECT
    return context


async def send(opened: httpx.AsyncClient, asked: Request, headers: Mapping[str, str]) -> Exchange:
    """One request and its answer; of a body that breaks off, what came of it, marked `truncated`.

    Raises PortalRefused where no answer began, BrokenBody where it was no HTTP, and FetchError for an address that cannot be asked.
    """
    asked_at = datetime.now(UTC)
    response: httpx.Response | None = None
    body, truncated = bytearray(), ""
    try:
        async with (
            asyncio.timeout(DEADLINE),
            opened.stream(asked.method, asked.url, content=asked.body, headers=dict(headers)) as response,
        ):
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > LARGEST_BODY:
                    truncated = "length"
                    break
    except (httpx.TransportError, TimeoutError, httpx.InvalidURL, httpx.DecodingError) as error:
        if response is None:
            raise _named(error, host_of(asked.url)) from error
        truncated = "time" if isinstance(error, (httpx.TimeoutException, TimeoutError)) else "disconnect"
    return _exchange(response, bytes(body), asked, asked_at, truncated)


def request_headers(asked: Request, referer: str) -> dict[str, str]:
    """Header bytes are ASCII; a Referer with other characters in it is sent as browsers write it."""
    named = {"Content-Type": asked.content_type, "Referer": quote(referer, safe=AS_SENT)}
    return {name: value for name, value in named.items() if value}


def _named(error: Exception, host: str) -> FetchError:
    """The error of the house for one of httpx."""
    if isinstance(error, httpx.ConnectError):
        return _tls_error(str(error), host) or PortalRefused(f"no connection to {host} ({str(error) or 'refused'})")
    if isinstance(error, (httpx.InvalidURL, httpx.DecodingError, httpx.UnsupportedProtocol)):
        return FetchError(f"{type(error).__name__}: {error}")
    if isinstance(error, httpx.RemoteProtocolError):
        return BrokenBody(f"{host} does not answer in HTTP ({error})")
    return PortalRefused(f"{type(error).__name__} from {host}")


def _tls_error(message: str, host: str) -> TlsRefused | None:
    if "CERTIFICATE_VERIFY_FAILED" in message:
        reason = message.rpartition("certificate verify failed: ")[2].partition(" (_ssl")[0]
        return TlsRefused(f"the certificate of {host} is not accepted ({reason}); nothing was asked")
    if "SSL" in message or "TLS" in message:
        return TlsRefused(
            f"no TLS connection to {host} ({message}); a server that speaks old TLS alone needs old-tls in its row's note"
        )
    return None


def _exchange(response: httpx.Response, body: bytes, asked: Request, asked_at: datetime, truncated: str) -> Exchange:
    """Chunked transfer is already undone in the body, so its header is kept under another name."""
    headers = [
        ("X-Transfer-Encoding" if name.lower() == b"transfer-encoding" else name.decode("latin-1"), value.decode("latin-1"))
        for name, value in response.extensions[_AS_SENT]
    ]
    return Exchange(
        url=str(response.request.url),
        request_headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.request.headers.raw],
        status=response.status_code,
        reason=response.reason_phrase or "-",
        headers=headers,
        body=body,
        fetched_at=asked_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        method=asked.method,
        request_body=asked.body or b"",
        truncated=truncated,
    )
