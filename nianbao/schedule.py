"""`nianbao schedule`: a systemd timer or a cron line that crawls what is due and builds the database."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from nianbao.portals import chosen, registry_path
from scraper.registry import read_registry

_SERVICE = """[Unit]
Description=nianbao: crawl the portals that are due and build the database
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory={folder}
ExecStart={crawl}
ExecStart={build}
SuccessExitStatus=1
Nice=10
"""
_TIMER = """[Unit]
Description=nianbao: every evening, China time

[Timer]
OnCalendar=*-*-* {hour:02d}:{minute:02d}:00 Asia/Shanghai
RandomizedDelaySec=30min
Persistent=true

[Install]
WantedBy=timers.target
"""
START = (19, 30)
"""Evening in China: outside of working hours, when portals serve citizens (portals.md 6)."""
HOURS = "19:00-07:00"


def commands(keys: Sequence[str], home: Path, *, registry: Path | None, contact: str | None) -> tuple[str, str]:
    """The crawl of what is due at these portals (at all of the registry where none is named) and the build, as shell commands with whole paths.

    Raises RegistryError for a key that the registry has not: every evening would end in that error.
    """
    chosen(read_registry(registry_path(registry)), keys)
    program = [sys.executable, "-m", "nianbao"]
    asked = ["--portals", str(registry.resolve())] if registry else []
    asked += ["--contact", contact] if contact else []
    crawl = [*program, "crawl", *keys, "--due", "--hours", HOURS, "--home", str(home.resolve()), *asked]
    return shlex.join(crawl), shlex.join([*program, "build", "--home", str(home.resolve())])


def cron_line(crawl: str, build: str) -> str:
    """A line for crontab; cron that knows CRON_TZ takes the hour as China's."""
    return f"CRON_TZ=Asia/Shanghai\n{START[1]} {START[0]} * * * {crawl}; {build}\n".replace("%", r"\%")


def units(crawl: str, build: str) -> Mapping[str, str]:
    """The systemd units by file name; they run where nianbao is run now, so that relative paths hold."""
    service = _SERVICE.format(folder=Path.cwd(), crawl=_escaped(crawl), build=_escaped(build))
    return {"nianbao.service": service, "nianbao.timer": _TIMER.format(hour=START[0], minute=START[1])}


def _escaped(command: str) -> str:
    """systemd reads % and $ in a command for itself."""
    return command.replace("%", "%%").replace("$", "$$")
