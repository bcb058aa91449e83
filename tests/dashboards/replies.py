"""What the filter of FlowLogDash calls a reply, said in Python."""

from tests.dashboards.content import BY_KEY, Json, search_source
from tests.dashboards.plain import Document


def replies_filter() -> Json:
    (only,) = search_source(BY_KEY["dashboard", "flow-log-dash"])["filter"]
    query: Json = only["query"]
    return query


def is_reply(document: Document) -> bool:
    """A record whose initiator nobody knows is none: it has no `is_response`."""
    return document.get("is_response") is True
