"""AWS: a custom resource's answer has at most 4096 bytes, or the resource fails (AWS CloudFormation Template
Reference, "Custom resource response objects"). MiniStack 1.5.33 takes any.
"""

import json
from collections.abc import Callable
from typing import Final

from local.emulator.ministack import Record, custom_resource, replace

MAX_BYTES: Final = 4096

_deliver_any: Callable[[str, Record], bool] = custom_resource.deliver_response


def mend() -> None:
    replace(custom_resource, "deliver_response", _deliver)


def _deliver(token: str, answer: Record) -> bool:
    if len(json.dumps(answer).encode()) <= MAX_BYTES:
        return _deliver_any(token, answer)
    return _deliver_any(token, {"Status": "FAILED", "Reason": "Response object is too long."})
