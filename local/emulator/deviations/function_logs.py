"""AWS: Lambda writes a function's log with the function's own role: without logs:CreateLogGroup a missing
group stays missing, without logs:PutLogEvents nothing is written (Lambda Developer Guide, "Sending Lambda
function logs to CloudWatch Logs"). Python's root logger writes to the log too.

MiniStack 1.5.33 writes, and creates the group, without asking, so that a deleted group comes back; what a
function gives to `logging` is lost below WARNING.
"""

import time
import uuid
from datetime import UTC, datetime
from typing import Final

from local.emulator.deviations import log_events
from local.emulator.deviations.permissions import function_may
from local.emulator.ministack import Record, cloudwatch_logs, lambda_runtime, lambda_svc, replace, responses

LOGGING_SET_UP: Final = """
import logging, sys
logging.basicConfig(stream=sys.stderr, format="[%(levelname)s]\\t%(asctime)s\\t%(message)s")
"""


def mend() -> None:
    replace(lambda_svc, "_emit_lambda_logs", _emit)
    script = LOGGING_SET_UP + lambda_runtime._PYTHON_WORKER_SCRIPT
    replace(lambda_runtime, "_PYTHON_WORKER_SCRIPT", script)


def _emit(
    function: Record,
    request_id: str,
    text: str,
    _error: bool,
    duration_ms: int,
    *,
    log_source: str | None = None,  # noqa: ARG001 - MiniStack passes it
) -> None:
    config = function["config"]
    logging_config = config.get("LoggingConfig") or {}
    group = logging_config.get("LogGroup") or f"/aws/lambda/{config['FunctionName']}"
    stream = f"{datetime.now(UTC):%Y/%m/%d}/[{config['Version']}]{uuid.uuid4().hex}"
    if _can_write(config, group, stream):
        cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
        now = int(time.time() * 1000)
        lines = _lines(config, request_id, text, duration_ms)
        log_events.put_events(group, stream, [{"timestamp": now, "message": line} for line in lines])


def _can_write(config: Record, group: str, stream: str) -> bool:
    arn = f"arn:aws:logs:{responses.get_region()}:{responses.get_account_id()}:log-group:{group}:log-stream:"
    if group not in cloudwatch_logs._log_groups:
        if not function_may(config, "logs:CreateLogGroup", arn):
            return False
        cloudwatch_logs._create_log_group({"logGroupName": group})
    return all(
        function_may(config, f"logs:{name}", arn + stream) for name in ("CreateLogStream", "PutLogEvents")
    )


def _lines(config: Record, request_id: str, text: str, duration_ms: int) -> list[str]:
    report = (
        f"REPORT RequestId: {request_id}\tDuration: {duration_ms} ms\tBilled Duration: {duration_ms} ms\t"
        f"Memory Size: {config['MemorySize']} MB"
    )
    start = f"START RequestId: {request_id} Version: {config['Version']}"
    return [start, *text.splitlines(), f"END RequestId: {request_id}", report]
