from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adapters.aws import aws, s3
from tests.adapters.flow_days import drop_all, set_up_roles
from tests.advisor.advised import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from local.search.engine import Engine

__all__ = ["aws", "s3"]


@pytest.fixture
def world(engine: Engine, s3: S3Client) -> Iterator[World]:
    """A day on which two groups were observed and one of them had traffic."""
    set_up_roles(engine)
    world = World.make(s3, engine)
    yield world
    drop_all(engine)
