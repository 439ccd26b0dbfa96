"""Turning the pages of a list: one column from its first page to the last that brings anything new.

Totals lie, pages overlap, and a wrongly guessed address answers with the first page again or with another column's (portals.md 2.5), so no printed
count ends a column: a page without a new link does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from http import HTTPStatus

from scraper.errors import BadStatus, BrokenBody, FetchError, HostParked, PortalRefused, TooLarge
from scraper.links import ListPage, Request

MOST_LIST_PAGES = 500
"""Pages of one column; a pager that never ends stops earlier, where a page brings no new link."""

Read = Callable[[Request], Awaitable[ListPage]]
"""Fetches and reads one page of a list; raises FetchError."""


class EndlessColumn(FetchError):
    """A column with more pages than are read of one."""


async def turn_pages(start: Sequence[Request], read: Read) -> AsyncIterator[ListPage]:
    """The pages of a column that bring links, and its first page whatever it brings; `start` are alternatives for that.

    Raises FetchError where the first page, or each way to ask for a later one, could not be fetched; and at the end of the column, where a page of it
    may exist and was not obtained.
    """
    missed: list[FetchError] = []
    listed: set[str] = set()
    page: ListPage | None = (
        await _first_with_new(ListPage((), tuple(start)), read, listed, missed) if len(start) > 1 else await read(start[0])
    )
    for _ in range(MOST_LIST_PAGES):
        if page is None:
            break
        yield page
        listed |= {link.url for link in page.links}
        page = await _first_with_new(page, read, listed, missed)
    if missed:
        raise missed[0]
    if page is not None:
        raise EndlessColumn(f"the column has more than {MOST_LIST_PAGES} pages; the rest was not read")


async def _first_with_new(before: ListPage, read: Read, listed: set[str], missed: list[FetchError]) -> ListPage | None:
    """The first of the alternatives for what follows a page that brings a link not yet listed; None where none does.

    A page that is not there is no loss where it was only guessed; one that the portal could not send is `missed`, and the reports on it with it.
    """
    failures: list[FetchError] = []
    for request in before.next_pages:
        try:
            page = await read(request)
        except (PortalRefused, HostParked):
            raise
        except FetchError as error:
            failures.append(error)
            missed += [error] if _may_exist(error) else []
            continue
        if any(link.url not in listed for link in page.links):
            return page
    if failures and len(failures) == len(before.next_pages) and not before.guessed:
        raise failures[0]
    return None


def _may_exist(error: FetchError) -> bool:
    """Whether a failure leaves open that the page is there."""
    return isinstance(error, (BrokenBody, TooLarge)) or (
        isinstance(error, BadStatus) and error.status >= HTTPStatus.TOO_MANY_REQUESTS
    )
