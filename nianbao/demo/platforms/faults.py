"""How portals fail: each failure mode is a function of how often an address was asked and of the right answer, and can be set for any address.

The modes are those of the table in portals.md 7. What is sent is real: bytes are held back, cut off, sent one by one, or the connection is reset.
"""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial

from nianbao.demo.platforms.site import Answer


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer as it goes over the wire."""

    answer: Answer
    wait: float = 0.0
    """Seconds before the first byte."""
    drip: float = 0.0
    """Seconds between two bytes of the body."""
    cut: int | None = None
    """Bytes of the body behind which the connection ends; its header promises all of them."""
    reset: bool = False
    """No answer at all: the connection is reset."""


Fault = Callable[[int, Answer], Sent]
"""From how often the address was asked, this time included, and its right answer, to what is sent."""


def _instead(body: bytes, status: int = 200, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda asked, answer: Sent(Answer(body, status, headers=named))


def _encoded(answer: Answer, body: bytes, coding: str = "gzip") -> Answer:
    return replace(answer, body=body, headers={**answer.headers, "Content-Encoding": coding})


def _cut_gzip(asked: int, answer: Answer) -> Sent:
    body = gzip.compress(answer.body)
    return Sent(_encoded(answer, body[: len(body) // 2]))


def _cut_in_a_character(asked: int, answer: Answer) -> Sent:
    """The length is right, and the last character is half of one."""
    text = answer.body.decode("utf-8", "ignore")
    last = max((n for n, sign in enumerate(text) if ord(sign) > 0x7FF), default=len(text) - 1)
    return Sent(replace(answer, body=text[: last + 1].encode()[:-1]))


def _bomb(asked: int, answer: Answer) -> Sent:
    """A quarter of a gigabyte of zeros in some 250 KB."""
    pack = zlib.compressobj(9, wbits=31)
    zeros = bytes(1 << 20)
    return Sent(_encoded(answer, b"".join(pack.compress(zeros) for _ in range(256)) + pack.flush()))


def _charset(asked: int, answer: Answer, *, declared: str, sent: str, mark: bytes = b"", meta: str = "") -> Sent:
    """The body in one charset under the name of another; page and header may each say something else."""
    text = answer.body.decode("utf-8").replace('charset="utf-8"', f'charset="{meta}"' if meta else "")
    kind = "text/html" + (f"; charset={declared}" if declared else "")
    return Sent(replace(answer, body=mark + text.encode(sent, "replace"), content_type=kind))


def _retry_after(value: Callable[[], str], asked: int, answer: Answer) -> Sent:
    return Sent(Answer(b"", 429, headers={"Retry-After": text} if (text := value()) else {}))


def _soon() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)


def _to_itself(asked: int, answer: Answer, *, path: str = "") -> Sent:
    """A redirect to the same address that sets a cookie, and then the page."""
    cookie = {"Location": "", "Set-Cookie": "CT6T=1; path=/"}
    return Sent(Answer(b"", 302, headers=cookie)) if asked == 1 else Sent(answer)


_SCRIPT = b'<html><body><script>document.cookie="C3VK=a1b2c3;max-age=300;path=/";setTimeout(function(){location.reload()},0)</script></body></html>'
_MISSING = "<html><head><title>提示</title></head><body><p>您访问的页面不存在或已被删除</p></body></html>".encode()
_STUB = b"<html><head><title></title></head><body>" + b" " * 300 + b"</body></html>"

MODES: Mapping[str, Fault] = {
    "slow": lambda asked, answer: Sent(answer, wait=0.5),
    "drip": lambda asked, answer: Sent(answer, drip=0.0001),
    "reset": lambda asked, answer: Sent(answer, reset=True),
    "500": _instead(b"", 500),
    "502": _instead(b"", 502),
    "503": _instead(b"", 503),
    "429": partial(_retry_after, lambda: "1"),
    "429-date": partial(_retry_after, _soon),
    "429-absurd": partial(_retry_after, lambda: "86400"),
    "429-silent": partial(_retry_after, str),
    "403": _instead(b"<h1>403 Forbidden</h1>", 403),
    "468": _instead(b"", 468),
    "412": _instead(b"<html><script>var a=1</script></html>", 412, Set_Cookie="FSSBBIl1UgzbN7N80S=abc; path=/"),
    "521": _instead(b"<script>document.cookie='__jsl_clearance_s=1';location.reload()</script>", 521),
    "script-cookie": _instead(_SCRIPT),
    "cookie-redirect": _to_itself,
    "loop": _instead(b"", 302, Location=""),
    "mirror": _instead(b"", 302, Location="http://www.jia.gov.cn.mirror.example/nb/1.html"),
    "metadata": _instead(b"", 302, Location="http://169.254.169.254/latest/meta-data/"),
    "refresh-to-mirror": _instead(b'<meta http-equiv="refresh" content="0;url=http://www.jia.gov.cn.mirror.example/">'),
    "home": _instead(b"", 302, Location="/"),
    "missing": _instead(_MISSING),
    "stub": _instead(_STUB),
    "empty": _instead(b""),
    "404": _instead(b"", 404),
    "410": _instead(b"", 410),
    "truncated": lambda asked, answer: Sent(answer, cut=len(answer.body) // 2),
    "cut-gzip": _cut_gzip,
    "cut-character": _cut_in_a_character,
    "gzip": lambda asked, answer: Sent(_encoded(answer, gzip.compress(answer.body))),
    "unasked-coding": lambda asked, answer: Sent(_encoded(answer, answer.body, "br")),
    "bomb": _bomb,
    "huge": lambda asked, answer: Sent(replace(answer, body=answer.body + b" " * (61 << 20))),
    "deep": lambda asked, answer: Sent(replace(answer, body=b"<div>" * 20_000 + answer.body)),
    "latin-1": partial(_charset, declared="iso-8859-1", sent="utf-8"),
    "gbk-by-meta": partial(_charset, declared="", sent="gb18030", meta="gb2312"),
    "gbk-that-is-utf-8": partial(_charset, declared="gbk", sent="utf-8", meta="gbk"),
    "byte-order-mark": partial(_charset, declared="", sent="utf-8", mark=b"\xef\xbb\xbf"),
    "as-pdf": lambda asked, answer: Sent(replace(answer, content_type="application/pdf")),
}
"""Failure modes by name; each holds for as long as it is set."""

PASSING = ("reset", "500", "502", "503", "429", "truncated", "cut-gzip", "cut-character", "script-cookie", "412", "403", "468", "missing", "stub", "slow")  # fmt: skip
"""Modes from which a portal recovers, as they come in a bad hour."""


@dataclass(slots=True)
class BadHour:
    """A random mix of passing failures: of each host a share of its addresses fails once or twice, and then no longer."""

    seed: int
    share: float = 0.15
    struck: dict[tuple[str, str], str] = field(default_factory=dict)
    """What was sent in place of the right answer, by host and address: the record of the mix."""

    def fault(self, host: str, target: str, asked: int) -> Fault | None:
        """What the address does when it is asked for the nth time; None where it answers as it should."""
        chance = random.Random(f"{self.seed} {host} {target}")  # noqa: S311 (a mix that can be repeated)
        if target == "/robots.txt" or chance.random() > self.share or asked > chance.choice((1, 1, 2)):
            return None
        mode = chance.choice(PASSING)
        self.struck[host, target] = mode
        return MODES[mode]
