"""The archive: what is written is read back, and a torn file loses nothing that was whole."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

import scraper.archive
from scraper.archive import ArchiveWriter, Origin, read_archive, read_snapshot
from scraper.errors import ArchiveError, HomeNotWritable
from scraper.exchange import Exchange
from scraper.members import member, mend
from scraper.snapshots import raw_pages


def exchange(number: int) -> Exchange:
    return Exchange(
        url=f"http://www.jia.gov.cn/{number}.html",
        request_headers=[("Host", "www.jia.gov.cn")],
        status=200,
        reason="OK",
        headers=[("Content-Type", "text/html"), ("X-From", "\xe5\xad\x97")],
        body=f"页{number}".encode() * 50,
        fetched_at="2026-01-02T03:04:05.000006Z",
    )


def write(folder: Path, count: int) -> None:
    with ArchiveWriter(folder, "1") as archive:
        for number in range(count):
            archive.write(
                exchange(number),
                Origin("jia", "report", f"http://www.jia.gov.cn/{number}.html", "list", f"题 {number}", "2021-01-20"),
            )


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """Body, title, date and origin of each page, in order, and each by its place."""
    write(tmp_path, 3)
    snapshots = list(read_archive(tmp_path))
    assert [s.body for s in snapshots] == [exchange(n).body for n in range(3)]
    assert {(s.portal, s.role, s.listed_on, s.status) for s in snapshots} == {("jia", "report", "2021-01-20", 200)}
    assert [read_snapshot(tmp_path, s.warc_file, s.offset) for s in snapshots] == snapshots


def test_the_files_are_warc_for_other_tools(tmp_path: Path) -> None:
    """warcio itself reads requests, responses and metadata, with right digests."""
    write(tmp_path, 2)
    (path,) = tmp_path.glob("*.warc.gz")
    with path.open("rb") as file:
        records = ArchiveIterator(file, check_digests="raise")
        kinds = [(record.rec_type, len(record.content_stream().read()) >= 0) for record in records]
    assert [kind for kind, _ in kinds] == ["warcinfo"] + ["request", "response", "metadata"] * 2


@settings(max_examples=30, deadline=None)
@given(share=st.floats(min_value=0, max_value=1))
def test_a_torn_file_keeps_every_whole_page(tmp_path_factory: pytest.TempPathFactory, share: float) -> None:
    """Cut anywhere, the mended file holds a beginning of the pages, each whole, and can be read to its end."""
    folder = tmp_path_factory.mktemp("torn")
    write(folder, 4)
    (path,) = folder.glob("*.warc.gz")
    whole = path.read_bytes()
    path.unlink()
    path.with_name(path.name + ".open").write_bytes(whole[: round(len(whole) * share)])
    mend(folder)
    bodies = [snapshot.body for snapshot in read_archive(folder)]
    assert bodies == [exchange(n).body for n in range(len(bodies))]
    assert not list(folder.glob("*.open"))
    assert len(bodies) == 4 or share < 1


def test_an_empty_run_leaves_no_file(tmp_path: Path) -> None:
    """A run that fetched nothing writes nothing."""
    write(tmp_path, 0)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """Bytes turned over in a closed file end in an error that names it, not in a page."""
    write(tmp_path, 3)
    (path,) = tmp_path.glob("*.warc.gz")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40] = b"\0" * 40
    path.write_bytes(bytes(data))
    with pytest.raises(ArchiveError, match=path.name):
        list(read_archive(tmp_path))


def test_a_closed_file_cut_short_is_not_read_as_if_whole(tmp_path: Path) -> None:
    """Cut anywhere but between two pages, a closed file ends in an error that names it and the place."""
    write(tmp_path, 3)
    (path,) = tmp_path.glob("*.warc.gz")
    whole = path.read_bytes()
    unnoticed = []
    for length in range(1, len(whole)):
        path.write_bytes(whole[:length])
        try:
            unnoticed.append(len(list(read_archive(tmp_path))))
        except ArchiveError as error:
            assert re.search(rf"{path.name}: (damaged at|cut off behind the record at) offset \d+", str(error))
    assert unnoticed == [1, 2]


def test_header_bytes_are_kept_as_they_came(tmp_path: Path) -> None:
    """A header in another character set neither stops the run nor is rewritten."""
    write(tmp_path, 1)
    (path,) = tmp_path.glob("*.warc.gz")
    assert b"X-From: \xe5\xad\x97\r\n" in gzip.decompress(path.read_bytes())


def test_a_run_that_breaks_off_leaves_a_whole_file(tmp_path: Path) -> None:
    """An error in the middle of a page closes the file behind the last whole one."""
    with pytest.raises(KeyboardInterrupt), ArchiveWriter(tmp_path, "1") as archive:
        archive.write(exchange(1), Origin("jia", "report", "http://www.jia.gov.cn/1.html"))
        archive._request(exchange(2))
        raise KeyboardInterrupt
    assert [snapshot.body for snapshot in read_archive(tmp_path)] == [exchange(1).body]


def test_no_page_at_an_offset_is_an_error(tmp_path: Path) -> None:
    """A place that holds no page is said to hold none."""
    write(tmp_path, 1)
    (path,) = tmp_path.glob("*.warc.gz")
    with pytest.raises(ArchiveError):
        read_snapshot(tmp_path, path.name, 3)


def test_a_file_that_has_grown_large_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is closed under its own name, and together they hold all pages in order."""
    monkeypatch.setattr(scraper.archive, "LARGEST_FILE", 1)
    write(tmp_path, 3)
    assert [path.name for path in sorted(tmp_path.iterdir())] == [f"nianbao-1{part}.warc.gz" for part in ("-001", "-002", "")]
    assert sorted(s.body for s in read_archive(tmp_path)) == sorted(exchange(n).body for n in range(3))


def test_nothing_is_written_behind_a_record_that_failed(tmp_path: Path) -> None:
    """On a disk that was full for a moment a page behind half a record could not be read again."""
    page = Origin("jia", "report", "http://www.jia.gov.cn/1.html")
    with ArchiveWriter(tmp_path, "1") as archive:
        archive.write(exchange(1), page)
        file = archive._file
        with Path("/dev/full").open("wb", buffering=0) as archive._file, pytest.raises(HomeNotWritable):
            archive.write(exchange(2), page)
        archive._file = file
        with pytest.raises(HomeNotWritable):
            archive.write(exchange(3), page)
    assert [snapshot.body for snapshot in read_archive(tmp_path)] == [exchange(1).body]


def test_damage_between_two_pages_is_named(tmp_path: Path) -> None:
    """What stands behind it is not silently left out."""
    write(tmp_path, 3)
    (path,) = tmp_path.glob("*.warc.gz")
    data, end = path.read_bytes(), 0
    with path.open("rb") as file:
        for _ in range(4):  # warcinfo, request, response, metadata
            found = member(file, end)
            assert found is not None
            end = found[1]
    path.write_bytes(data[:end] + b"\0" * 20 + data[end:])
    with pytest.raises(ArchiveError, match=f"damaged at offset {end}"):
        list(read_archive(tmp_path))


def test_a_body_that_broke_off_points_nowhere(tmp_path: Path) -> None:
    """It is kept as it came, though the same bytes were whole at another address."""
    whole = replace(exchange(1), body=b"x" * 2000)
    with ArchiveWriter(tmp_path, "1") as archive:
        for sent in (whole, replace(whole, truncated="disconnect"), whole):
            archive.write(sent, Origin("jia", "report", whole.url))
    (path,) = tmp_path.glob("*.warc.gz")
    assert [page.kind for page in raw_pages(path)] == ["response", "response", "revisit"]
