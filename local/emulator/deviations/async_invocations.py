"""AWS: an asynchronous invocation waits in a queue. A failed one is tried again twice, a throttled one until
it is too old; then it goes to the on-failure destination (Lambda Developer Guide, "Invoking a function
asynchronously").

MiniStack 1.5.33 starts a thread, and with it a process, for each event at once, and takes throttling for a
failure.
"""

import contextvars
import dataclasses
import logging
import threading
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from local.emulator.deviations import failure_records
from local.emulator.ministack import Record, cloudwatch, lambda_svc, replace

# Each execution environment is a process that imports the function: more of them than cores only wait.
CONCURRENCY: Final = 4
THROTTLED_SECONDS: Final = 1.0

_log = logging.getLogger(__name__)
_pool = ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="invocation")


@dataclass(frozen=True, slots=True)
class Invocation:
    """An event on its way to a function; `function` is MiniStack's record of it."""

    function: Record
    event: object
    accepted_at: float = field(default_factory=time.monotonic)
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    attempts: int = 0


def mend() -> None:
    replace(lambda_svc, "invoke_async_with_retry", invoke)


def invoke(function: Record, event: object) -> None:
    _queue(Invocation(function, event))


def _queue(invocation: Invocation, delay: float = 0.0) -> None:
    """The account and Region of the caller travel along in its context."""
    context = contextvars.copy_context()
    if not delay:
        _start(context, invocation)
        return
    timer = threading.Timer(delay, _start, (context, invocation))
    timer.daemon = True
    timer.start()


def _start(context: contextvars.Context, invocation: Invocation) -> None:
    _pool.submit(context.run, _attempt, invocation).add_done_callback(_report)


def _report(done: Future[None]) -> None:
    if done.exception():
        _log.error("An invocation was lost", exc_info=done.exception())


def _attempt(invocation: Invocation) -> None:
    name = invocation.function["config"]["FunctionName"]
    if name not in lambda_svc._functions:
        return
    started = time.monotonic()
    result = lambda_svc._execute_function(_current(invocation.function), invocation.event)
    duration = (time.monotonic() - started) * 1000
    failed, throttled = bool(result.get("error")), bool(result.get("throttle"))
    lambda_svc._emit_lambda_metrics(name, duration, failed and not throttled, throttled)
    if failed:
        _try_again(invocation, result)


def _current(function: Record) -> Record:
    """As it is now: an update between two attempts counts, except for a published version."""
    config = function["config"]
    current: Record = lambda_svc._functions[config["FunctionName"]]
    return current if config["Version"] == "$LATEST" else function


def _try_again(invocation: Invocation, result: Record) -> None:
    throttled = bool(result.get("throttle"))
    tried = dataclasses.replace(invocation, attempts=invocation.attempts + (not throttled))
    settings = _settings(invocation.function)
    delay = THROTTLED_SECONDS if throttled else lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS * tried.attempts
    condition = None
    if tried.attempts > settings["MaximumRetryAttempts"]:
        condition = "RetriesExhausted"
    elif time.monotonic() + delay - tried.accepted_at > settings["MaximumEventAgeInSeconds"]:
        condition = "EventAgeExceeded"
    if condition is None:
        _queue(tried, delay)
    else:
        _give_up(tried, result, condition)


def _give_up(invocation: Invocation, result: Record, condition: str) -> None:
    config = invocation.function["config"]
    dimensions = {"FunctionName": config["FunctionName"]}
    cloudwatch.record_metric("AWS/Lambda", "AsyncEventsDropped", 1, "Count", dimensions)
    destinations = _settings(invocation.function).get("DestinationConfig") or {}
    destination = (destinations.get("OnFailure") or {}).get("Destination")
    if destination:
        failure = failure_records.Failure(
            invocation.request_id, condition, invocation.attempts, invocation.event, result
        )
        failure_records.send(destination, config, failure)


def _settings(function: Record) -> Record:
    """What EventInvokeConfig says now; an unqualified function's may be named $LATEST too."""
    current = lambda_svc._functions.get(function["config"]["FunctionName"], function)
    configs = current.get("event_invoke_configs") or {}
    defaults = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 21_600}
    return {**defaults, **(configs.get("") or configs.get("$LATEST") or {})}
