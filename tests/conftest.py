"""What tests share: no waiting between retries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stamina


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Retries happen, bounded as always, but without their pauses."""
    with stamina.set_testing(True, attempts=4, cap=True):
        yield
