"""AWS: EventBridge invokes a function asynchronously, if the function's policy lets the rule (EventBridge
User Guide, "Using resource-based policies"; Lambda Developer Guide, "Invoke a Lambda function on a
schedule").

MiniStack 1.5.33 calls it once without asking, and looks every ten seconds whether a rule is due.
"""

import contextvars
import json
import logging
from collections.abc import Callable
from typing import Any, Final

from local.emulator.deviations.permissions import service_may_invoke
from local.emulator.ministack import Record, eventbridge, lambda_svc, replace

TICK_SECONDS: Final = 1

_log = logging.getLogger(__name__)
_invoke_any_target: Callable[..., None] = eventbridge._invoke_target
_rule_arn: contextvars.ContextVar[str] = contextvars.ContextVar("rule_arn", default="")


def mend() -> None:
    replace(eventbridge, "_SCHEDULER_TICK_INTERVAL", TICK_SECONDS)
    replace(eventbridge, "_invoke_target", _invoke_target)
    replace(eventbridge, "_dispatch_to_lambda", _invoke_function)


def _invoke_target(target: Record, event: Record, rule: Record, view: Any = None) -> None:  # noqa: ANN401
    _rule_arn.set(rule["Arn"])
    _invoke_any_target(target, event, rule, view)


def _invoke_function(arn: str, payload: str) -> None:
    function, config, _ = lambda_svc._get_func_record_for_ref(arn)
    if function is None or not service_may_invoke(arn, "events.amazonaws.com", _rule_arn.get()):
        _log.warning("%s may not invoke %s: an event is lost", _rule_arn.get(), arn)
        return
    record = lambda_svc._execution_record_for_config(function, config)
    lambda_svc.invoke_async_with_retry(record, json.loads(payload))
