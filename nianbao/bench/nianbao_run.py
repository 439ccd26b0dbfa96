"""One crawl in a process of its own: arguments registry, home, delay; the last line of its output is seconds, megabytes and reports as JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from nianbao.bench.memory import peak_megabytes
from scraper.crawl import crawl
from scraper.registry import read_registry

if __name__ == "__main__":
    registry, home, delay = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    portals = read_registry(registry)
    started = time.monotonic()
    summary = crawl(portals, home, delay=delay)
    seconds = time.monotonic() - started
    fetched = sum(portal.fetched for portal in summary.portals)
    print(json.dumps({"seconds": seconds, "cpu": time.process_time(), "megabytes": peak_megabytes(), "reports": fetched}))
