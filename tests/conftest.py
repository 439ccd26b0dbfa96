"""What tests share: no waiting between retries, and no verdict by the clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stamina
from hypothesis import settings

# How long an example takes says more about what else the machine does: speed is measured by `nianbao bench`, what is bounded by tests of their own.
settings.register_profile("nianbao", deadline=None)
settings.load_profile("nianbao")


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Retries happen, bounded as always, but without their pauses."""
    with stamina.set_testing(True, attempts=4, cap=True):
        yield
