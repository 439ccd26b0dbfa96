"""The gzip members of an archive file: each holds one record, so a file can be followed, checked and cut member by member."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import IO

OPEN = ".open"
"""What the name of a file ends in while it is written."""
_CHUNK = 1 << 16


def mend(folder: Path) -> tuple[Path, ...]:
    """Close the files that a crash left open, cut behind their last whole group; returns them under their final names."""
    return tuple(whole for path in sorted(folder.glob(f"*{OPEN}")) if (whole := mended(path)))


def mended(path: Path) -> Path | None:
    """Close one file that was left open; None where it holds no whole group."""
    whole = _end_of_last_group(path)
    if whole == 0:
        path.unlink()
        return None
    with path.open("r+b") as file:
        file.truncate(whole)
    return path.rename(path.with_name(path.name.removesuffix(OPEN)))


def _end_of_last_group(path: Path) -> int:
    """The offset behind the last whole metadata record: gzip members are followed until one does not end."""
    end = group_end = 0
    with path.open("rb") as file:
        while (found := member(file, end)) is not None:
            data, end = found
            if ends_group(data):
                group_end = end
    return group_end


def ends_group(record: bytes) -> bool:
    """Whether a record is the last of a page: that which says what led to it."""
    head = record.partition(b"\r\n\r\n")[0]
    return b"\r\nWARC-Type: metadata" in head and b"\r\nContent-Type: application/warc-fields" in head


def member(file: IO[bytes], start: int) -> tuple[bytes, int] | None:
    """The gzip member at `start`, inflated, and the offset behind it, or None where it is torn or damaged or there is none."""
    file.seek(start)
    inflate = zlib.decompressobj(31)
    parts = []
    try:
        while not inflate.eof:
            chunk = file.read(_CHUNK)
            if not chunk:
                return None
            parts.append(inflate.decompress(chunk))
    except zlib.error:
        return None
    return b"".join(parts), file.tell() - len(inflate.unused_data)
