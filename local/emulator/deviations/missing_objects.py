"""AWS: to who may not list the bucket, GetObject and HeadObject of a key that isn't there are AccessDenied
(S3 API Reference, GetObject, "Permissions").

MiniStack 1.5.33 answers NoSuchKey to all who may read the key.
"""

from collections.abc import Callable
from functools import partial

from local.emulator.ministack import Record, Response, iam_evaluator, replace, responses, router, s3

Read = Callable[[str, str, Record, Record], Response]


def mend() -> None:
    for name in ("_get_object", "_head_object"):
        replace(s3, name, partial(_read, getattr(s3, name)))


def _read(
    read: Read, bucket: str, key: str, headers: Record | None = None, query: Record | None = None
) -> Response:
    response = read(bucket, key, headers or {}, query or {})
    if response[0] == 404 and s3._ensure_bucket(bucket) and not _may_list(bucket, headers or {}, query or {}):
        refused: Response = s3._error("AccessDenied", "Access Denied", 403, f"/{bucket}/{key}")
        return refused
    return response


def _may_list(bucket: str, headers: Record, query: Record) -> bool:
    access_key = router.extract_access_key_id(headers, query)
    if not access_key:
        owner = responses.get_account_id()
        return bool(s3._foreign_bucket_allows(owner, bucket, "", "GET", {}, "", headers))
    arn = f"arn:aws:s3:::{bucket}"
    denied = iam_evaluator.enforce(
        access_key, "s3:ListBucket", "s3", responses.get_region(), resource_arn=arn
    )
    return denied is None
