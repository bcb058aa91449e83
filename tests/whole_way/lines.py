"""Flow-log lines in the stack's format, and a plain reading that shares no code with the functions."""

import ipaddress
import random
import re
from base64 import urlsafe_b64encode

_FIELD_NAMES = (
    "version account_id interface_id srcaddr dstaddr srcport dstport protocol packets bytes start end action"
    " log_status vpc_id subnet_id instance_id tcp_flags type pkt_srcaddr pkt_dstaddr region az_id"
    " sublocation_type sublocation_id pkt_src_aws_service pkt_dst_aws_service flow_direction traffic_path"
)
FIELDS = tuple(_FIELD_NAMES.split())
NOT_INDEXED = {"version", "start"}
HIGHEST = {
    "version": 255,
    "srcport": 65_535,
    "dstport": 65_535,
    "protocol": 255,
    "packets": 2**63 - 1,
    "bytes": 2**63 - 1,
    "start": 253_402_300_799,
    "end": 253_402_300_799,
    "tcp_flags": 255,
    "traffic_path": 255,
}
ADDRESSES = {"srcaddr", "dstaddr", "pkt_srcaddr", "pkt_dstaddr"}
WORDS = {
    "action": {"ACCEPT", "REJECT"},
    "log_status": {"OK", "NODATA", "SKIPDATA"},
    "flow_direction": {"ingress", "egress"},
}


def make_line(interface_id: str, start: int, number: int = 0) -> str:
    """The `number`-th request of a client outside to an interface."""
    port = 1024 + number % 60_000
    return (
        f"5 123456789012 {interface_id} 198.51.100.7 10.20.0.10 {port} 443 6 12 {1000 + number} {start}"
        f" {start + 60} ACCEPT OK - - - 2 IPv4 198.51.100.7 10.20.0.10 us-east-1 use1-az1 - - - - ingress -"
    )


def fuzz(lines: list[str], seed: int) -> list[str]:
    """Each line as it is, or with something in it broken, or that at least looks so."""
    source = random.Random(seed)
    return [_break(line, source) for line in lines]


def _break(line: str, source: random.Random) -> str:
    fields = line.split(" ")
    position = source.randrange(len(fields))
    match source.randrange(8):
        case 0 | 1:
            return line
        case 2:
            return " ".join(fields[:position] + fields[position + 1 :])
        case 3:
            return " ".join([*fields[:position], fields[position], *fields[position:]])
        case 4:
            fields[position] = "-"
        case 5:
            fields[position] = source.choice(
                ["-1", "65536", "1e3", "٣", "0x1", "", "256.1.1.1", "::1", "2001:DB8::1"]
            )
        case 6:
            fields[position] = source.choice(['"', "\\", "\x00", "\t", "😀", "{}", "NODATA", str(2**63)])
        case 7:
            cut = source.randrange(len(line))
            return line[:cut] + chr(source.randrange(32, 0x2FF)) + line[cut + 1 :]
    return " ".join(fields)


def read_plainly(line: str, logged: int) -> dict[str, object] | None:
    """The fields that the record's document must have, None where the line is no flow record.

    `logged` is its event's time in epoch seconds.
    """
    texts = line.split(" ")
    if len(texts) != len(FIELDS) or re.search(r"[^\x20-\x7e]", line):
        return None
    record: dict[str, object] = {}
    for name, text in zip(FIELDS, texts, strict=True):
        if text == "-":
            continue
        value = _read_field(name, text)
        if value is None:
            return None
        record[name] = value
    if not _is_plausible(record.get("start"), record.get("end"), logged):
        return None
    for side in ("srcaddr", "dstaddr"):
        if record.get(f"pkt_{side}") == record.get(side):
            record.pop(f"pkt_{side}", None)
    return {name: value for name, value in record.items() if name not in NOT_INDEXED}


def _is_plausible(start: object, end: object, logged: int) -> bool:
    if isinstance(start, int) and isinstance(end, int) and start > end:
        return False
    last = next(time for time in (end, start, logged) if isinstance(time, int))
    return abs(last - logged) <= 86_400


def _read_field(name: str, text: str) -> object | None:
    if name in HIGHEST:
        number = int(text) if re.fullmatch("0|[1-9][0-9]{0,18}", text) else -1
        return number if 0 <= number <= HIGHEST[name] else None
    if name in ADDRESSES:
        return _read_address(text)
    if name in WORDS:
        return text if text in WORDS[name] else None
    return text or None


def _read_address(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text)) if "%" not in text else None
    except ValueError:
        return None


def document_id(event_id: str) -> str:
    assert len(event_id) == 56
    return urlsafe_b64encode(int(event_id).to_bytes(24, "big")).decode()
