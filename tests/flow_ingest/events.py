"""Events of a CloudWatch Logs subscription, and what the function gets beside them."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from dataclasses import dataclass

from domain.flow_log_format import DEFAULT_FORMAT
from domain.subscription_event import SubscriptionBatch, document_id, parse_subscription_event
from tests.domain.examples import ACCOUNT_ID, ENI, MIDNIGHT

NOON = MIDNIGHT + 43_200
LOG_FORMAT = f"{DEFAULT_FORMAT} ${{vpc-id}}"
INDEX = "flows-2026.01.01"
FIRST_ID = 31953106606966983378809025079804211143289615424298221568


@dataclass
class Context:
    """Lambda's, for a function that has all the time it wants unless a test says less."""

    remaining_seconds: float = 60.0
    function_name: str = "SgLens-FlowIngest"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.remaining_seconds * 1000)


def line(start: int = NOON, status: str = "OK", vpc_id: str = ENI.vpc_id, srcport: str = "40000") -> str:
    flow = f"203.0.113.7 10.0.1.10 {srcport} 443 6 10 1000"
    return f"2 {ACCOUNT_ID} {ENI.interface_id} {flow} {start} {start + 60} ACCEPT {status} {vpc_id}"


def no_data(status: str = "NODATA") -> str:
    return f"2 {ACCOUNT_ID} {ENI.interface_id} - - - - - - - {NOON} {NOON + 60} - {status} {ENI.vpc_id}"


def event_id(number: int) -> str:
    return str(FIRST_ID + number)


def document(number: int) -> tuple[str, str]:
    """Index and id of the document of a message."""
    return INDEX, document_id(event_id(number))


def subscription_event(
    *messages: str, first: int = 0, kind: str = "DATA_MESSAGE", stream: str = "eni-0aaaaaaaaaaaaaaaa-all"
) -> dict[str, object]:
    content = {
        "messageType": kind,
        "owner": ACCOUNT_ID,
        "logGroup": "FlowLogGroup",
        "logStream": stream,
        "subscriptionFilters": ["FlowIngest"],
        "logEvents": [
            {"id": event_id(number), "timestamp": NOON * 1000, "message": message}
            for number, message in enumerate(messages, first)
        ],
    }
    return {"awslogs": {"data": b64encode(gzip.compress(json.dumps(content).encode())).decode()}}


def batch(*messages: str) -> SubscriptionBatch:
    return parse_subscription_event(subscription_event(*messages))
