from typing import Protocol


class LambdaContext(Protocol):
    """The part of Lambda's context object that the functions use."""

    @property
    def function_name(self) -> str: ...

    def get_remaining_time_in_millis(self) -> int: ...


def remaining_seconds(context: LambdaContext) -> float:
    return context.get_remaining_time_in_millis() / 1000
