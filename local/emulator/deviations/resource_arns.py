"""AWS: what a policy's Resource is compared with is the log stream for log events, and the domain for
OpenSearch Service's own operations (Service Authorization Reference, CloudWatch Logs and OpenSearch Service).

MiniStack 1.5.33 compares the log group without its stream, which a grant on `log-group:NAME:*` doesn't match,
and knows the domain only where the body names it, so that a grant of es:ListTags on the domain is refused.
"""

import json
import re
from collections.abc import Callable
from typing import Final

from local.emulator.ministack import Record, iam_actions, replace

STREAM_ACTIONS: Final = ("CreateLogStream", "DeleteLogStream", "GetLogEvents", "PutLogEvents")
DOMAIN_PATH: Final = re.compile(r"/2021-01-01/(?:opensearch/)?domain/([^/]+)")

_extract: Callable[..., str] = iam_actions.extract_resource_arn


def mend() -> None:
    replace(iam_actions, "extract_resource_arn", _extract_resource_arn)


def _extract_resource_arn(
    service: str,
    method: str,
    path: str,
    headers: Record,
    body: bytes,
    params: Record,
    region: str,
    account: str,
) -> str:
    arn = _extract(service, method, path, headers, body, params, region, account)
    action = headers.get("x-amz-target", "").rpartition(".")[2]
    if service == "logs" and action in STREAM_ACTIONS:
        return f"{arn}:log-stream:{json.loads(body).get('logStreamName', '')}"
    if service == "opensearch" and arn == "*":
        return _domain_arn(path, body, params, f"arn:aws:es:{region}:{account}:domain")
    return arn


def _domain_arn(path: str, body: bytes, params: Record, domains: str) -> str:
    named = DOMAIN_PATH.match(path)
    if named:
        return f"{domains}/{named[1]}"
    listed = params.get("arn") or [json.loads(body or b"{}").get("ARN", "*")]
    return str(listed[0])
