"""AWS: Describe operations filter (with wildcards), refuse unknown filters, and page by MaxResults (EC2 API
Reference; EC2 User Guide, "List and filter using the CLI and API").

MiniStack 1.5.33 knows few filters, ignores the others, takes any number of values, and never pages.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import jmespath  # type: ignore[import-untyped]

from local.emulator.deviations.ec2_response import Ec2Error, respond
from local.emulator.ministack import Record, Response, ec2

MAX_FILTER_VALUES: Final = 200


@dataclass(frozen=True, slots=True)
class Listing:
    """One Describe operation: `filters` says where in a record each filter's values are (JMESPath)."""

    operation: str
    member: str
    identity: str
    id_parameter: str
    not_found: str
    filters: Mapping[str, str]
    page_sizes: range = range(5, 1001)

    def answer(self, records: Iterable[Record], params: Record) -> Response:
        try:
            return self._page(self._chosen(list(records), params), params)
        except Ec2Error as error:
            return error.response()

    def _chosen(self, records: list[Record], params: Record) -> list[Record]:
        ids = ec2._parse_member_list(params, self.id_parameter)
        unknown = set(ids) - {record[self.identity] for record in records}
        if unknown:
            raise Ec2Error(self.not_found, f"The ID '{min(unknown)}' does not exist")
        filters = ec2._parse_filters(params)
        self._check_filters(filters)
        chosen = [record for record in records if not ids or record[self.identity] in ids]
        return [record for record in chosen if all(self._passes(record, *item) for item in filters.items())]

    def _check_filters(self, filters: Mapping[str, list[str]]) -> None:
        for name, values in filters.items():
            if name not in self.filters and name != "tag-key" and not name.startswith("tag:"):
                raise Ec2Error("InvalidParameterValue", f"The filter '{name}' is invalid")
            if len(values) > MAX_FILTER_VALUES:
                message = (
                    f"The maximum number of filter values specified on a single call is {MAX_FILTER_VALUES}"
                )
                raise Ec2Error("FilterLimitExceeded", message)

    def _passes(self, record: Record, name: str, patterns: list[str]) -> bool:
        values = self._values(record, name)
        return any(_is_like(value, pattern) for value in values for pattern in patterns)

    def _values(self, record: Record, name: str) -> list[str]:
        tags = {tag["Key"]: tag["Value"] for tag in record.get("Tags") or record.get("TagSet") or []}
        if name.startswith("tag:"):
            return [value for key, value in tags.items() if key == name.removeprefix("tag:")]
        if name == "tag-key":
            return list(tags)
        return _texts(jmespath.search(self.filters[name], record))

    def _page(self, records: list[Record], params: Record) -> Response:
        size = self._page_size(params)
        start = read_token(ec2._p(params, "NextToken"))
        end = len(records) if size is None else start + size
        following = {"NextToken": write_token(end)} if end < len(records) else {}
        return respond(self.operation, {self.member: records[start:end], **following})

    def _page_size(self, params: Record) -> int | None:
        text = ec2._p(params, "MaxResults")
        if text and ec2._parse_member_list(params, self.id_parameter):
            message = f"The parameter {self.id_parameter} cannot be used with the parameter MaxResults"
            raise Ec2Error("InvalidParameterCombination", message)
        return read_page_size(text, self.page_sizes) if text else None


def read_page_size(text: str, allowed: range) -> int:
    if not text.isdecimal() or int(text) not in allowed:
        limits = f"between {allowed.start} and {allowed.stop - 1}"
        raise Ec2Error("InvalidParameterValue", f"Value ( {text} ) for parameter maxResults must be {limits}")
    return int(text)


def write_token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"from {offset}".encode()).decode()


def read_token(token: str) -> int:
    """The first record of the page."""
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("from ")) if token else 0
    except ValueError as error:
        raise Ec2Error("InvalidParameterValue", f"The token '{token}' is invalid") from error


def tags_of(resource_id: str) -> list[dict[str, str]]:
    tags: list[dict[str, str]] = ec2._tags.get(resource_id) or []
    return tags


def _texts(found: object) -> list[str]:
    values = found if isinstance(found, list) else [found]
    return [_text(value) for value in values if value is not None]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_like(value: str, pattern: str) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.DOTALL) is not None
