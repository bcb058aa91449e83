"""AWS: CloudFormation names a resource anew each time it creates it, and refuses a name that is taken.

MiniStack 1.5.33 derives names from stack and logical id: a stack that is deployed again takes over, or
silently empties, what its predecessor was told to retain.
"""

from collections.abc import Callable

from local.emulator.ministack import (
    Properties,
    Provisioned,
    cloudwatch_logs,
    provisioners,
    replace,
    replace_handler,
    responses,
    stacks,
)

_create_group: Callable[..., Provisioned] = provisioners._cwlogs_create
_update_group: Callable[..., Provisioned] = provisioners._cwlogs_update


def mend() -> None:
    replace(stacks, "_provision_keeping_seed", _provision_under_a_new_name)
    replace_handler("AWS::Logs::LogGroup", create=_create_log_group, update=_update_log_group)


def _provision_under_a_new_name(*arguments: object) -> tuple[Provisioned, str]:
    """MiniStack mixes the seed into generated names, and keeps it with the resource for its updates."""
    token = provisioners._NAME_SEED.set(responses.new_uuid()[:8])
    try:
        return provisioners._provision_resource(*arguments), provisioners._NAME_SEED.get()
    finally:
        provisioners._NAME_SEED.reset(token)


def _create_log_group(logical_id: str, properties: Properties, stack_name: str) -> Provisioned:
    name = properties.get("LogGroupName") or provisioners._physical_name(stack_name, logical_id, max_len=512)
    if name in cloudwatch_logs._log_groups:
        raise ValueError(f"Resource of type 'AWS::Logs::LogGroup' with identifier '{name}' already exists.")
    return _create_group(logical_id, {**properties, "LogGroupName": name}, stack_name)


def _update_log_group(
    name: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
) -> Provisioned:
    return _update_group(name, old, {"LogGroupName": name, **new}, stack_name, logical_id)
