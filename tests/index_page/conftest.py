from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.adapters.aws import aws, s3
from tests.adapters.engine_callers import set_master_user
from tests.adapters.fake_time import FakeTime
from tests.index_page.published import INDEX, NOW, SITE, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from local.search.engine import Engine

__all__ = ["aws", "s3"]

TEMPLATE = Path(__file__).parents[2] / "dashboards" / "index_templates" / "flows.json"


@pytest.fixture
def world(engine: Engine, s3: S3Client) -> Iterator[World]:
    set_master_user(engine)
    engine.request("PUT", "/_index_template/flows", json.loads(TEMPLATE.read_text()))
    s3.create_bucket(Bucket=SITE)
    yield World(s3, engine, FakeTime(NOW))
    engine.request("DELETE", f"/{INDEX}")
