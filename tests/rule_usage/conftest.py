from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adapters.aws import aws, s3
from tests.adapters.fake_time import FakeTime
from tests.adapters.flow_days import drop_all, set_up_roles
from tests.domain.examples import MIDNIGHT
from tests.rule_usage.summed import DAY, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from local.search.engine import Engine

__all__ = ["aws", "s3"]


@pytest.fixture(scope="module")
def roles(engine: Engine) -> None:
    set_up_roles(engine)


@pytest.fixture
def world(engine: Engine, s3: S3Client, roles: None) -> Iterator[World]:  # noqa: ARG001 - for its effect
    """At noon of the second day of the year, with an inventory since the first."""
    world = World(s3, engine, FakeTime(MIDNIGHT + DAY + DAY // 2))
    world.observe()
    yield world
    drop_all(engine)
