"""What people take for flow logs, recognised so that the error can call it by its name."""

import re
from collections.abc import Mapping
from typing import Final

_KINDS_OF_LINE: Final = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"(https?|h2|grpcs?|wss?) \d{4}-\d\d-\d\dT", "an access log of an Application Load Balancer"),
        (r"tls \d\.\d \d{4}-\d\d-\d\dT", "an access log of a Network Load Balancer"),
        (r"\S+Z \S+ [0-9.]+:\d+ ", "an access log of a Classic Load Balancer"),
        (r"#(Version|Fields):", "a log of CloudFront"),
        (r"[0-9a-f]{64} \S+ \[\d\d/\w{3}/\d{4}:", "an access log of Amazon S3"),
        (r"6 TransitGateway ", "a flow log of a transit gateway"),
        (r"<", "HTML or XML"),
        (r"EVENTS\t", "the answer of `aws logs` as text (add --output json)"),
        (r'("?version"?,|"?account_id"?,)', "a table, as Athena writes it"),
    )
)
_KINDS_OF_MEMBER: Final = {
    "NetworkInterfaces": "network interfaces, which belong in the folder of --inventory",
    "SecurityGroups": "security groups, which belong in the folder of --inventory",
    "SecurityGroupRules": "rules of security groups, which belong in the folder of --inventory",
    "Entries": "entries of a prefix list, which belong in the folder of --inventory",
    "Records": "events of CloudTrail or a notification",
    "attribution": "documents that this command wrote",
    "log_status": "documents that this command wrote",
}


def guess_kind(line: str) -> str | None:
    return next((kind for pattern, kind in _KINDS_OF_LINE if pattern.match(line)), None)


def guess_kind_of_json(value: object) -> str:
    if isinstance(value, Mapping):
        known = (kind for member, kind in _KINDS_OF_MEMBER.items() if member in value)
        return next(known, f"an object with {', '.join(map(str, list(value)[:5])) or 'nothing in it'}")
    return f"a list of {type(value[0]).__name__}" if isinstance(value, list) and value else "empty"
