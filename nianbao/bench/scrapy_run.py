"""The same crawl by Scrapy, which is asked to be as polite: arguments and output are those of `nianbao_run`.

It obeys robots.txt, keeps the delay on each host without jitter, reads the lists, fetches the reports and appends their bodies to one gzip file; it keeps no
record of what it did, judges no page, and writes no WARC.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess

from nianbao.bench.memory import peak_megabytes
from scraper.registry import read_registry


class Reports(scrapy.Spider):
    """Lists to links, links to bodies."""

    name = "reports"

    def __init__(self, urls: list[str], path: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start_urls = urls
        self._file = gzip.open(path, "wb")  # noqa: SIM115 (closed with the spider)

    def parse(self, response: Any) -> Iterator[Any]:
        """A list."""
        for link in response.css("li a"):
            yield response.follow(link, self.keep)

    def keep(self, response: Any) -> None:
        """A report."""
        self._file.write(response.body)
        KEPT.append(1)

    def closed(self, reason: str) -> None:
        """The end."""
        self._file.close()


KEPT: list[int] = []

if __name__ == "__main__":
    registry, home, delay = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    home.mkdir(parents=True)
    urls = [url for portal in read_registry(registry) for url in portal.start_urls]
    process = CrawlerProcess(
        {
            "ROBOTSTXT_OBEY": True,
            "DOWNLOAD_DELAY": delay,
            "RANDOMIZE_DOWNLOAD_DELAY": False,
            "CONCURRENT_REQUESTS": 2 * len(urls),
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "ERROR",
        }
    )
    started = time.monotonic()
    process.crawl(Reports, urls=urls, path=home / "bodies.gz")
    process.start()
    seconds = time.monotonic() - started
    print(json.dumps({"seconds": seconds, "cpu": time.process_time(), "megabytes": peak_megabytes(), "reports": len(KEPT)}))
