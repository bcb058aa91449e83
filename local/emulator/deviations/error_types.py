"""AWS: `errorType` of a failed Python function is the name of the exception's class (Lambda Developer Guide,
"Lambda function errors in Python").

MiniStack 1.5.33 says Runtime.HandlerError for each of them, but has the traceback in its log.
"""

from collections.abc import Callable

from local.emulator.ministack import Record, lambda_svc, replace

_UNNAMED = "Runtime.HandlerError"
_TRACEBACK = "Traceback (most recent call last):\n"
_execute: Callable[..., Record] = lambda_svc._execute_function_warm


def mend() -> None:
    replace(lambda_svc, "_execute_function_warm", _execute_and_name)


def _execute_and_name(*arguments: object, **options: object) -> Record:
    result = _execute(*arguments, **options)
    body = result.get("body")
    if result.get("error") and isinstance(body, dict) and body.get("errorType") == _UNNAMED:
        body["errorType"] = read_error_type(str(result.get("log", ""))) or _UNNAMED
    return result


def read_error_type(log: str) -> str:
    """Of the last traceback: the first line below it that isn't indented begins with the class."""
    _, found, trace = log.rpartition(_TRACEBACK)
    lines = trace.splitlines() if found else []
    header = next((line for line in lines if line and not line[0].isspace()), "")
    return header.partition(":")[0].rpartition(".")[2].strip()
