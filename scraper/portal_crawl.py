"""One portal in one run: its list pages to links, its links to archived pages.

What is learnt goes out as changes to the crawl state; what is already known comes in as plain records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from itertools import chain
from pathlib import Path

from scraper.archive import ArchiveWriter, Origin, read_snapshot
from scraper.articles import PageKind, kind_of, may_have_parts, parts, shows_form, title_of
from scraper.bodies import inflated, text_of
from scraper.columns import turn_pages
from scraper.discovery import Place, Survey, Visit, survey_of
from scraper.errors import (
    BadStatus,
    Blocked,
    BudgetSpent,
    FetchError,
    HostParked,
    OutOfHours,
    PortalRefused,
    RobotsRefused,
    SoftError,
)
from scraper.exchange import Exchange, header
from scraper.families import FAMILIES, Family, family_of
from scraper.fetch import Source
from scraper.links import Link, ListPage, Request, any_page, identity, is_report_title
from scraper.pages import article_digest
from scraper.plan import moment, stale, waiting
from scraper.registry import Portal, host_of
from scraper.season import FULL_AGAIN
from scraper.state import Change, Fetched, Found, Known, ListRead, LookedInto, Missed, PortalDone, Unchanged
from scraper.summary import Failure, PortalSummary, Progress
from scraper.walls import soft_error

GIVE_UP_AFTER = 3
"""Requests in a row that the host refuses or cannot answer before it is left for the next run."""
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_ENDS_RUN = (BudgetSpent, OutOfHours)


@dataclass(frozen=True, slots=True)
class Task:
    """What a portal's crawl needs: where to write, what to tell, and which pages to ask for."""

    run_id: str
    folder: Path
    archive: ArchiveWriter
    note: Callable[[Change], None]
    progress: Callable[[Progress], None]
    only_failed: bool = False
    recheck: bool = False
    source: str = ""
    """Empty for the portal itself, else the archive that is asked in its place."""


@dataclass(slots=True)
class PortalCrawl:
    """One portal in one run."""

    portal: Portal
    get: Source
    known: dict[str, Known]
    task: Task
    family: str = field(init=False)
    evidence: str = ""
    _listed: set[str] = field(default_factory=set)
    _foreign: set[str] = field(default_factory=set)
    _failed: list[Failure] = field(default_factory=list)
    _gone: list[str] = field(default_factory=list)
    _parked: set[str] = field(default_factory=set)
    _counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "changed", "unchanged", "parts"), 0))
    _refusals: int = 0
    _answered: bool = False
    _names: dict[str, str] = field(default_factory=dict)
    """The address by which each page was first known, by identity."""
    _survey: Survey = field(init=False)
    _issued: dict[Request, Family] = field(default_factory=dict)
    _files: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Files of a report that its list names, by the report's address."""
    _list_bodies: set[str] = field(default_factory=set)
    """Digests of the home page and of columns that the row names: after many requests some portals answer with them in place of an article."""

    def __post_init__(self) -> None:
        self.family = self.portal.family
        for url, known in self.known.items():
            if known.role == "report":
                self._names.setdefault(identity(url), url)
        self._survey = survey_of(self.portal, self._names)

    async def summary(self) -> PortalSummary:
        """Crawl the portal; nothing that it does is raised."""
        already = sum(1 for known in self.known.values() if known.role == "report" and known.fetched_at)
        lists_read = not self.task.only_failed or any(known.role == "list" for known in self.known.values())
        error: FetchError | None = None
        try:
            if lists_read:
                await self._read_columns()
            await self._fetch_due()
        except (PortalRefused, HostParked) as refused:
            error = refused
        left = sum(1 for _ in waiting(self.known.values()))
        if not self.task.source:  # what an archive holds says nothing of the portal's own state
            self._note(PortalDone(self.portal.key, self._end(error, left), str(error or ""), self.family, _now()))
        self._tell(self.portal.start_urls[0], left=left, ended=True)
        return PortalSummary(
            portal=self.portal.key,
            family=self.family or "static_list",
            found=len(self._listed) if lists_read else already + self._counts["new"],
            fetched=self._counts["new"],
            already=already,
            left_aside=len(self._survey.left_aside),
            failed=tuple(self._failed),
            error=f"{self.portal.start_urls[0]}: {error}" if error else None,
            evidence=self.evidence,
            changed=self._counts["changed"],
            unchanged=self._counts["unchanged"],
            gone=tuple(self._gone),
            parts=self._counts["parts"],
            foreign=len(self._foreign),
            waiting=left,
            error_kind=error.kind if error else "",
            lists_read=lists_read,
            source=self.task.source,
        )

    def _end(self, error: FetchError | None, left: int) -> str:
        """The portal's state at the end of its turn."""
        if isinstance(error, (Blocked, RobotsRefused)):
            return "blocked"
        if isinstance(error, _ENDS_RUN) or (left and not self._failed and error is None):
            return "unfinished"
        return "failed" if error else ("partly" if self._failed else "done")

    async def _read_columns(self) -> None:
        """Read the lists of the portal, those that its row names or those that the home page leads to."""
        while visit := self._survey.next():
            try:
                async for page in turn_pages((visit.request, *visit.others), partial(self._read_list_page, visit=visit)):
                    self._count_foreign(page.links)
                    self._enter(self._survey.take(visit, page.links, page.columns), via=visit.request.url)
            except FetchError as error:
                self._note_list(visit.request.url, error)
                if isinstance(error, HostParked) or (isinstance(error, PortalRefused) and self._is_lost()):
                    raise
                self._failed.append(Failure.of(visit.request.url, error, before="list page: "))
            self._look_beside(visit)
        self._failed += [Failure(self.portal.start_urls[0], reason, "no column") for reason in self._survey.shortcomings()]

    def _is_lost(self) -> bool:
        """Whether a portal is out of reach: it has not answered yet, or not to the last few lists. One page that hangs is no such portal."""
        self._refusals += 1
        return not self._answered or self._refusals >= GIVE_UP_AFTER

    def _look_beside(self, visit: Visit) -> None:
        """Queue what an archive holds beside a column: its pages say what they are."""
        beside = self.get.beside(visit.request.url) if visit.place is Place.COLUMN else ()
        self._survey.take(visit, [any_page(url) for url in beside if identity(url) not in self._names])

    async def _read_list_page(self, asked: Request, *, visit: Visit) -> ListPage:
        shown_on = visit.listed_by if visit.request in self._issued else visit.request.url
        referer = visit.listed_by if asked == visit.request else shown_on
        exchange = await self.get.get(asked, referer=referer)
        self._answered, self._refusals = True, 0
        if asked.url not in self.portal.start_urls and (reason := soft_error(exchange, asked.url)):
            # A guessed address that leads home would bring the home page's links, and an error page in place of a list or a report brings none.
            self._write(exchange, "error", asked.url)
            raise SoftError(reason)
        html, url = text_of(inflated(exchange)), exchange.url
        looked_at = visit.may_be_article and asked == visit.request and asked not in self._issued
        kind = kind_of(html, url) if looked_at else PageKind.LIST
        if kind is PageKind.REPORT:
            await self._keep_report(exchange, Link(asked.url, title_of(html)), via=visit.listed_by)
        else:
            self._write(exchange, "list", asked.url)
        if kind is not PageKind.LIST:
            self._note_read(asked.url)
            return ListPage(())
        if not visit.may_be_article:
            self._list_bodies.add(article_digest(inflated(exchange)))
        family = self._family_of(html, url, asked)
        page = family.list_page(html, replace(asked, url=url))
        async for exchange_before in self.get.older(asked.url):
            page = self._with_older(page, exchange_before, family, asked)
        self._issued |= dict.fromkeys((*page.next_pages, *chain.from_iterable(page.columns)), family)
        if page == ListPage(()) and asked.url in self.portal.start_urls:
            reason = (
                soft_error(exchange, asked.url) or "no link stands on it; it may be a shell, a challenge, or of another family"
            )
            raise SoftError(reason)
        self._note_read(asked.url)
        self._tell(asked.url, left=0)
        return page

    def _note_read(self, url: str) -> None:
        if not self.task.source:
            self._note(ListRead(self.portal.key, url))

    def _with_older(self, page: ListPage, exchange: Exchange, family: Family, asked: Request) -> ListPage:
        """A list with the links that an older capture of it has besides."""
        self._write(exchange, "list", asked.url)
        older = family.list_page(text_of(inflated(exchange)), replace(asked, url=exchange.url))
        known = {identity(link.url) for link in page.links}
        links = (*page.links, *(link for link in older.links if identity(link.url) not in known))
        return replace(
            page, links=links, next_pages=page.next_pages or older.next_pages, guessed=page.guessed or not page.next_pages
        )

    def _note_list(self, url: str, error: FetchError) -> None:
        if not isinstance(error, _ENDS_RUN) and not self.task.source:
            state = "blocked" if isinstance(error, Blocked) else "failed"
            self._note(Missed(self.portal.key, url, "list", state, error.kind, str(error), _now(), self.task.run_id))

    def _family_of(self, html: str, url: str, asked: Request) -> Family:
        """The family whose page asked for this answer, or that of the portal's row where the page bears it out, or the one the page shows."""
        issuer = self._issued.get(asked)
        if issuer is not None and issuer is not FAMILIES["static_list"]:
            return issuer
        if self.portal.family and FAMILIES[self.portal.family].fingerprint(html, url):
            return FAMILIES[self.portal.family]
        name, evidence = family_of(html, url)
        if self.family in {"", "static_list"}:
            self.family, self.evidence = name, evidence
        # A page that shows nothing of its own is of the platform that the pages before it showed.
        return FAMILIES[self.family if name == "static_list" else name]

    def _count_foreign(self, links: Sequence[Link]) -> None:
        """Look-alikes of government sites are refused, and counted."""
        self._foreign |= {link.url for link in links if is_report_title(link.title) and not self.portal.allows(link.url)}

    def _enter(self, reports: Sequence[Link], *, via: str) -> None:
        """Enter reports under the address by which each was first known."""
        named = [replace(link, url=self._names.setdefault(identity(link.url), link.url)) for link in reports]
        self._listed |= {link.url for link in named}
        self._files |= {link.url: link.files for link in named if link.files}
        self._found(named, via, "report")

    async def _keep_report(self, exchange: Exchange, link: Link, *, via: str) -> None:
        """A page that turned out to be a report when it was looked at."""
        self._enter([link], via=via)
        known = self.known[self._names[identity(link.url)]]
        if not known.fetched_at:
            await self._keep_page(known, exchange, article_digest(inflated(exchange)))

    def _found(self, links: Sequence[Link], via: str, role: str) -> None:
        """Enter what is new; an address that was only ever asked for as a list, in vain, is new as a report."""
        new = [link for link in links if link.url not in self.known or self.known[link.url].role == "list"]
        self.known |= {link.url: Known(link, role, via) for link in new}
        if new:
            self._note(Found(self.portal.key, tuple(new), via, role, self.task.run_id))

    def _look_into_recovered(self) -> None:
        """Enter the parts of reports that a crash kept from being marked: their pages stand in the archive and were not looked into."""
        for known in [known for known in self.known.values() if known.role == "report" and _was_recovered(known)]:
            if known.warc_file is None or known.warc_offset is None:
                continue
            page = read_snapshot(self.task.folder, known.warc_file, known.warc_offset)
            self._find_parts(known.link, page.body, page.address)
            digest = article_digest(page.body)
            self._note(LookedInto(self.portal.key, known.link.url, digest))
            self.known[known.link.url] = replace(known, article_digest=digest)

    async def _fetch_due(self) -> None:
        """Fetch what is due: first what was never obtained, then what may have changed; files and frames that hold their tables join the end."""
        self._look_into_recovered()
        done: set[str] = set()
        while batch := [known for known in self._due() if known.link.url not in done]:
            for done_now, known in enumerate(batch, 1):
                done.add(known.link.url)
                if host_of(known.link.url) in self._parked:
                    continue
                await self._fetch(known)
                self._tell(known.link.url, left=len(batch) - done_now)

    def _due(self) -> Iterator[Known]:
        """What was never obtained, then what may have changed; an archive in a portal's place is not asked for changes."""
        yield from waiting(self.known.values())
        if not self.task.only_failed and not self.task.source:
            yield from stale(self.known.values(), datetime.now(UTC), recheck=self.task.recheck)

    async def _fetch(self, known: Known) -> None:
        url = known.link.url
        try:
            exchange = await self.get.get(Request(url), referer=known.via, role=known.role, validators=_validators(known))
            self._refusals = 0
            digest = self._digest(exchange, url)
        except FetchError as error:
            self._note_failure(known, error)
            return
        if digest is None:
            self._write(exchange, "unchanged", url)
            self._unchanged(known, exchange, None)
            return
        if known.state in {"done", "gone"} and digest == (known.article_digest or self._archived_digest(known)):
            self._write(exchange, "unchanged", url)
            self._unchanged(known, exchange, digest)
        else:
            await self._keep_page(known, exchange, digest)

    def _digest(self, exchange: Exchange, link: str) -> str | None:
        """The digest of a page, None where it was not modified. Raises SoftError, the answer kept, for a list in its place."""
        if exchange.status == HTTPStatus.NOT_MODIFIED:
            return None
        digest = article_digest(inflated(exchange))
        if digest in self._list_bodies:
            self._write(exchange, "error", link)
            raise SoftError("a list of the portal in place of the page")
        return digest

    async def _keep_page(self, known: Known, exchange: Exchange, digest: str) -> None:
        """Archive a new page or version, see it on the disk, enter its parts, and only then mark it."""
        day = known.link.listed_on.isoformat() if known.link.listed_on else ""
        origin = Origin(self.portal.key, known.role, known.link.url, known.via, known.link.title, day)
        position = self.task.archive.write(exchange, self._marked(exchange, origin))
        await self.task.archive.durable()
        if known.role == "report":
            self._find_parts(known.link, inflated(exchange), exchange.url)
        etag, modified = _own_validators(known, exchange)
        at = exchange.captured_at or exchange.fetched_at
        self._note(Fetched(self.portal.key, known.link.url, at, position, etag, modified, digest, self.task.run_id))
        self.known[known.link.url] = replace(known, state="done", checked_at=at, fetched_at=at)
        self._counts["changed" if known.fetched_at else "new" if known.role == "report" else "parts"] += 1

    def _find_parts(self, report: Link, body: bytes, url: str) -> None:
        """Enter the files and frames that hold what the page of a report does not; `url` is where the page stands."""
        listed = [Link(url, report.title) for url in self._files.get(report.url, ())]
        if shows_form(body):
            return
        named = parts(text_of(body), url) if may_have_parts(body) else ()
        found = [replace(part, title=part.title or report.title) for part in (*named, *listed)]
        self._foreign |= {part.url for part in found if not self.portal.allows(part.url)}
        self._found([part for part in found if self.portal.allows(part.url)], report.url, "part")

    def _unchanged(self, known: Known, exchange: Exchange, digest: str | None) -> None:
        etag, modified = _own_validators(known, exchange)
        at, key = exchange.fetched_at, self.portal.key
        self._note(
            Unchanged(
                key,
                known.link.url,
                at,
                digest is not None,
                etag or known.etag or "",
                modified or known.last_modified or "",
                digest,
            )
        )
        self.known[known.link.url] = replace(known, state="done", checked_at=at)
        self._counts["unchanged"] += 1

    def _archived_digest(self, known: Known) -> str | None:
        """The article of the archived page, where the state does not hold it."""
        if known.warc_file is None or known.warc_offset is None:
            return None
        return article_digest(read_snapshot(self.task.folder, known.warc_file, known.warc_offset).body)

    def _note_failure(self, known: Known, error: FetchError) -> None:
        """Note what became of a link; what is in the archive stays there, and a page that was there is gone when its address says so."""
        if isinstance(error, _ENDS_RUN):
            raise error
        url = known.link.url
        if self.task.source:  # what an archive does not hold stays what it was to the portal
            self._failed.append(Failure.of(url, error))
            if isinstance(error, (HostParked, PortalRefused)):
                raise error
            return
        state = _state_after(known, error)
        self._note(Missed(self.portal.key, url, known.role, state, error.kind, str(error), _now(), self.task.run_id))
        self.known[url] = replace(known, state=state, tries=known.tries + 1)
        if state == "gone":
            self._gone += [url] if known.state != "gone" else []
            return
        self._failed.append(Failure.of(url, error))
        if isinstance(error, HostParked):
            self._parked.add(host_of(url))
            if host_of(url) == host_of(self.portal.start_urls[0]):
                raise error
        hopeless = isinstance(error, PortalRefused) or (isinstance(error, BadStatus) and error.status >= 500)
        self._refusals = self._refusals + 1 if hopeless else 0
        if self._refusals >= GIVE_UP_AFTER:
            raise error if isinstance(error, PortalRefused) else PortalRefused(f"{GIVE_UP_AFTER} pages in a row answer {error}")

    def _tell(self, url: str, *, left: int, ended: bool = False) -> None:
        self.task.progress(Progress(self.portal.key, len(self._listed), self._counts["new"], url, left, ended))

    def _write(self, exchange: Exchange, role: str, link: str) -> None:
        self.task.archive.write(exchange, self._marked(exchange, Origin(self.portal.key, role, link)))

    def _marked(self, exchange: Exchange, origin: Origin) -> Origin:
        """The origin with the archive that the page came from, where it is not the portal."""
        return replace(origin, source=self.task.source, captured_at=exchange.captured_at) if self.task.source else origin

    def _note(self, change: Change) -> None:
        self.task.note(change)


def _was_recovered(known: Known) -> bool:
    """Whether a page was read back from the archive, which does not hold the digest of its article."""
    return known.state == "done" and known.article_digest is None


def _state_after(known: Known, error: FetchError) -> str:
    missing = isinstance(error, SoftError) or (isinstance(error, BadStatus) and error.status in _GONE)
    if known.fetched_at:
        return "gone" if missing else known.state
    return "blocked" if isinstance(error, Blocked) else "failed"


def _validators(known: Known) -> dict[str, str]:
    """The headers of a conditional request, where the page is in the archive and was answered whole not too long ago."""
    whole = moment(known.whole_at)
    if known.state != "done" or whole is None or datetime.now(UTC) - whole > FULL_AGAIN:
        return {}
    named = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in named.items() if value}


def _own_validators(known: Known, exchange: Exchange) -> tuple[str, str]:
    """ETag and Last-Modified, if the link's own address gave them: behind a redirect they belong to another."""
    if exchange.url != known.link.url:
        return "", ""
    return header(exchange, "etag"), header(exchange, "last-modified")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
