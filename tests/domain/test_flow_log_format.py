import pytest

from domain.errors import FlowLogFormatError
from domain.flow_log_format import DEFAULT_FORMAT, FlowLogFormat


def test_the_default_format_is_the_fourteen_fields_of_version_2() -> None:
    fields = FlowLogFormat.parse(DEFAULT_FORMAT).fields

    assert " ".join(fields) == (
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end"
        " action log-status"
    )


def test_a_format_keeps_the_order_in_which_it_is_written() -> None:
    log_format = FlowLogFormat.parse("${end} ${pkt-dst-aws-service} ${version}")

    assert log_format.fields == ("end", "pkt-dst-aws-service", "version")


def test_a_format_is_shown_as_the_ec2_api_writes_it() -> None:
    assert str(FlowLogFormat.parse(DEFAULT_FORMAT)) == DEFAULT_FORMAT


@pytest.mark.parametrize(
    "field",
    [
        "version",
        "tcp-flags",
        "sublocation-id",
        "traffic-path",
        "ecs-second-container-id",
        "reject-reason",
        "resource-id",
        "encryption-status",
        "asg-tag-2",
        "next-hop-interface-type",
    ],
)
def test_a_field_of_each_version_is_known(field: str) -> None:
    assert FlowLogFormat.parse(f"${{{field}}}").fields == (field,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "needs one field at least"),
        ("${version} ${srcadr}", "names 'srcadr', which is no field"),
        ("${version} ${start} ${version}", "names version twice"),
        ("version start", "holds 'version', not a field like"),
        ("${version}${start}", "holds '\\${version}\\${start}', not a field like"),
        ("${version} - ${start}", "holds '-', not a field like"),
        ("${}", "names '', which is no field"),
    ],
)
def test_a_format_that_aws_would_not_take_is_refused_with_the_cause(text: str, message: str) -> None:
    with pytest.raises(FlowLogFormatError, match=message):
        FlowLogFormat.parse(text)
