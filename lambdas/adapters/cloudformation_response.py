import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Literal

from urllib3 import PoolManager, Retry
from urllib3.exceptions import HTTPError

from domain.errors import SearchSetupError

# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-responses.html
_LONGEST_BODY_BYTES = 4096
_CUT = " [...]"
_TIMEOUT_SECONDS = 5
_RETRIES = Retry(
    total=4,
    backoff_factor=0.2,
    allowed_methods=["PUT"],
    status_forcelist=[
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    ],
    raise_on_status=False,
)


@dataclass(frozen=True, slots=True)
class CloudFormationResponse:
    """What a custom resource answers; each string comes from the request but for status, reason and data."""

    status: Literal["SUCCESS", "FAILED"]
    reason: str
    physical_resource_id: str
    stack_id: str
    request_id: str
    logical_resource_id: str
    data: Mapping[str, str] = field(default_factory=dict)

    def to_body(self) -> bytes:
        """JSON of at most 4096 bytes: CloudFormation ignores a longer one, so the reason is cut."""
        body = self._to_json()
        if len(body) <= _LONGEST_BODY_BYTES:
            return body
        room = _LONGEST_BODY_BYTES - len(replace(self, reason=_CUT)._to_json())
        # Escapes make a character as long as twelve bytes.
        kept = bisect_right(
            range(len(self.reason)), room, key=lambda end: len(json.dumps(self.reason[:end])) - 2
        )
        return replace(self, reason=self.reason[: max(0, kept - 1)] + _CUT)._to_json()

    def _to_json(self) -> bytes:
        content = {
            "Status": self.status,
            "Reason": self.reason,
            "PhysicalResourceId": self.physical_resource_id,
            "StackId": self.stack_id,
            "RequestId": self.request_id,
            "LogicalResourceId": self.logical_resource_id,
            "Data": dict(self.data),
        }
        return json.dumps(content).encode()


def send_response(http: PoolManager, url: str, response: CloudFormationResponse) -> None:
    """Answers CloudFormation, which waits for an hour where no answer comes."""
    try:
        # The URL is presigned for a request without a content type, and urllib3 adds none.
        answer = http.request("PUT", url, body=response.to_body(), retries=_RETRIES, timeout=_TIMEOUT_SECONDS)
    except HTTPError as error:
        raise SearchSetupError(f"CloudFormation could not be answered: {error}") from error
    if answer.status != HTTPStatus.OK:
        raise SearchSetupError(
            f"CloudFormation did not take the answer: {answer.status} {answer.data[:500]!r}"
        )
