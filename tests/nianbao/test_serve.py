"""The served site: real pages from Datasette over the demo database."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from nianbao.errors import ServeError
from nianbao.serve import datasette, metadata, serve

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::PendingDeprecationWarning"
)


def get(db: Path, *paths: str) -> list[tuple[int, str]]:
    async def fetch() -> list[tuple[int, str]]:
        app = datasette(db)
        await app.invoke_startup()
        return [(response.status_code, response.text) for response in [await app.client.get(path) for path in paths]]

    return asyncio.run(fetch())


def test_pages_show_what_columns_mean(demo_db: Path) -> None:
    """Tables and views answer, with descriptions and units from the dictionary."""
    (front, requests, comparison) = get(demo_db, "/", "/nianbao/requests", "/nianbao/comparison?_size=5")
    assert (front[0], requests[0], comparison[0]) == (200, 200, 200)
    assert "nianbao 年报" in front[1]
    assert "一、本年新收政府信息公开申请数量" in requests[1]
    assert "year - 1" in comparison[1]
    assert "全部公开所申请信息的件数" in requests[1] and "条例第三十六条" in requests[1]
    assert "同县、同级" in comparison[1]


def test_nothing_can_be_written(demo_db: Path) -> None:
    """The database is immutable and only reads are allowed."""
    ((status, _),) = get(demo_db, "/nianbao.json?sql=delete+from+reports")
    assert status == 400


def test_every_column_is_described(demo_db: Path) -> None:
    """No column of a table is left without a meaning."""
    tables = metadata(demo_db)["databases"]["nianbao"]["tables"]
    assert "件" in tables["requests"]["columns"]["granted"]
    assert "万元" in tables["proactive"]["columns"]["t2_9_centralized_procurement_total_amount"]
    assert all(word in tables["requests"]["columns"]["granted"] for word in ("Granted", "予以公开", "Granted in full"))
    assert "指标" in tables["measures"]["description"] and "caseload" in tables["measures"]["description"]
    assert all(text for table in tables.values() for text in table.get("columns", {}).values())


def test_a_port_in_use_is_said(demo_db: Path) -> None:
    """One line instead of a server's traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ServeError, match="--port"):
            serve(demo_db, port=taken.getsockname()[1])
