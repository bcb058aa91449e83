"""AWS: CloudWatch Logs invokes a subscribed function asynchronously, if the function's policy lets it; a
filter that it may not deliver to is refused, and a new one is tried with a CONTROL_MESSAGE (CloudWatch Logs
User Guide, "Subscription filters"; PutSubscriptionFilter).

MiniStack 1.5.33 calls the function once, whatever its policy says, and sends no CONTROL_MESSAGE.
"""

import base64
import gzip
import json
import logging
import time
from collections.abc import Callable, Iterable
from typing import Final

from local.emulator.deviations.permissions import service_may_invoke
from local.emulator.ministack import Record, Response, cloudwatch_logs, lambda_svc, replace, responses

MAX_FILTERS: Final = 2
CONTROL_TEXT: Final = "CWL CONTROL MESSAGE: Checking health of destination Lambda."

_log = logging.getLogger(__name__)
_put: Callable[[Record], Response] = cloudwatch_logs._put_subscription_filter


def mend() -> None:
    replace(cloudwatch_logs, "_fanout_to_subscription_filters", deliver)
    replace(cloudwatch_logs, "_put_subscription_filter", _put_subscription_filter)


def deliver(group: str, stream: str, events: Iterable[Record]) -> None:
    """`events` carry their `eventId`."""
    for subscription in list(cloudwatch_logs._log_groups[group]["subscriptionFilters"].values()):
        matching = [event for event in events if _matches(subscription, event)]
        if matching:
            _invoke(subscription, _data_message(subscription, stream, matching))


def _put_subscription_filter(request: Record) -> Response:
    group = cloudwatch_logs._log_groups.get(request["logGroupName"])
    if group is not None:
        problem = _problem(group, request)
        if problem:
            refusal: Response = cloudwatch_logs.error_response_json(*problem, 400)
            return refusal
    response = _put(request)
    if group is not None:
        _invoke(group["subscriptionFilters"][request["filterName"]], _control_message())
    return response


def _problem(group: Record, request: Record) -> tuple[str, str] | None:
    """Error code and message."""
    filters = group["subscriptionFilters"]
    if request["filterName"] not in filters and len(filters) >= MAX_FILTERS:
        return "LimitExceededException", "Resource limit exceeded."
    if not service_may_invoke(request["destinationArn"], "logs.amazonaws.com", group["arn"]):
        message = (
            "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to "
            "execute your function."
        )
        return "InvalidParameterException", message
    return None


def _matches(subscription: Record, event: Record) -> bool:
    pattern = subscription["filterPattern"]
    return bool(cloudwatch_logs._subscription_pattern_matches(pattern, event["message"]))


def _data_message(subscription: Record, stream: str, events: Iterable[Record]) -> Record:
    return {
        "messageType": "DATA_MESSAGE",
        "owner": responses.get_account_id(),
        "logGroup": subscription["logGroupName"],
        "logStream": stream,
        "subscriptionFilters": [subscription["filterName"]],
        "logEvents": [
            {"id": event["eventId"], "timestamp": event["timestamp"], "message": event["message"]}
            for event in events
        ],
    }


def _control_message() -> Record:
    """As Firehose's users have it from AWS; of Lambda's only the kind is documented."""
    event = {"id": "", "timestamp": int(time.time() * 1000), "message": CONTROL_TEXT}
    return {
        "messageType": "CONTROL_MESSAGE",
        "owner": "CloudwatchLogs",
        "logGroup": "",
        "logStream": "",
        "subscriptionFilters": [],
        "logEvents": [event],
    }


def _invoke(subscription: Record, message: Record) -> None:
    """A delivery that is refused is lost, as on AWS."""
    arn, group = subscription["destinationArn"], subscription["logGroupName"]
    function, config, _ = lambda_svc._get_func_record_for_ref(arn)
    source = cloudwatch_logs._make_group_arn(group)
    if function is None or not service_may_invoke(arn, "logs.amazonaws.com", source):
        _log.warning("%s may not invoke %s: a delivery is lost", group, arn)
        return
    data = base64.b64encode(gzip.compress(json.dumps(message).encode())).decode()
    record = lambda_svc._execution_record_for_config(function, config)
    lambda_svc.invoke_async_with_retry(record, {"awslogs": {"data": data}})
