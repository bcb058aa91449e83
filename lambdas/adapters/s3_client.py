from __future__ import annotations

from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.session import get_session

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 5})


def make_s3_client() -> S3Client:
    """The client that boto3 gives too; boto3 itself loads the transfer manager with it, some 30 ms."""
    return cast("S3Client", get_session().create_client("s3", config=_CONFIG))
