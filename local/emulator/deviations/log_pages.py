"""AWS: FilterLogEvents gives at most 10,000 events a call, and a token for the next (CloudWatch Logs API
Reference, FilterLogEvents).

MiniStack 1.5.33 gives the first 10,000 and no token. Here requests without a pattern are paged; with one they
are answered as before.
"""

from collections.abc import Callable, Iterator
from typing import Final

from local.emulator.ministack import Record, Response, cloudwatch_logs, replace

MAX_EVENTS: Final = 10_000
_filter: Callable[[Record], Response] = cloudwatch_logs._filter_log_events


def mend() -> None:
    replace(cloudwatch_logs, "_filter_log_events", _filter_log_events)


def _filter_log_events(request: Record) -> Response:
    group = cloudwatch_logs._log_groups.get(cloudwatch_logs._resolve_log_group_name(request))
    if group is None or request.get("filterPattern"):
        return _filter(request)
    events = sorted(
        _select(group["streams"], request), key=lambda event: (event["timestamp"], event["eventId"])
    )
    first = int(request.get("nextToken", 0))
    last = first + min(request.get("limit", MAX_EVENTS), MAX_EVENTS)
    answer: Record = {"events": events[first:last], "searchedLogStreams": []}
    if last < len(events):
        answer["nextToken"] = str(last)
    response: Response = cloudwatch_logs.json_response(answer)
    return response


def _select(streams: Record, request: Record) -> Iterator[Record]:
    earliest, latest = request.get("startTime", 0), request.get("endTime", float("inf"))
    with cloudwatch_logs._log_events_lock:
        for name in request.get("logStreamNames") or list(streams):
            for event in streams.get(name, {}).get("events", []):
                if earliest <= event["timestamp"] <= latest:
                    yield {**event, "logStreamName": name}
