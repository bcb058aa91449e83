import os

from domain.errors import EnvironmentVariableError


def read_variable(name: str, *, function: str) -> str:
    value = _read(name, function)
    if not value:
        raise EnvironmentVariableError(
            f"{function}: the environment variable {name} is empty; it needs a value"
        )
    return value


def read_list(name: str, *, function: str) -> tuple[str, ...]:
    """A comma-separated variable; it must be set, and may be empty."""
    return tuple(part.strip() for part in _read(name, function).split(",") if part.strip())


def _read(name: str, function: str) -> str:
    try:
        return os.environ[name].strip()
    except KeyError as error:
        raise EnvironmentVariableError(
            f"{function}: the environment variable {name} is missing; set it in the function's configuration"
        ) from error
