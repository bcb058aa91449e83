import json
from typing import Literal

Level = Literal["info", "warning", "error"]


def write_log(level: Level, message: str, **details: object) -> None:
    """Prints one JSON line, for CloudWatch Logs Insights. The text of a flow record never belongs here."""
    print(json.dumps({"level": level, "message": message, **details}, default=str), flush=True)
