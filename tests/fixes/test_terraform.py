"""Read by a parser of HashiCorp's language, and compared with the proposal."""

from typing import Any

import hcl2
from hcl2.utils import SerializationOptions
from hypothesis import given, settings
from hypothesis import strategies as st

from fixes import hcl
from fixes.terraform import render_terraform
from tests.fixes.reports import GROUP_ID, make_change, make_new_rule, make_report, make_rule

VALUES = SerializationOptions(strip_string_quotes=True, explicit_blocks=False, with_comments=False)
PIECES = (
    "${",
    "$${",
    "%{",
    "%%{",
    "}",
    '"',
    "\\",
    "\n",
    "\r",
    "\t",
    "$",
    "%",
    "#",
    "é",
    "🙂",
    "\u202e",
    "\0",
)
hostile = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.lists(st.sampled_from([*PIECES, "var.secret", "~"]), max_size=12).map("".join),
)


def parse(text: str) -> dict[str, Any]:
    parsed: dict[str, Any] = hcl2.loads(text, serialization_options=VALUES)
    return parsed


def resources(text: str) -> dict[str, dict[str, Any]]:
    """The arguments by address."""
    return {
        f"{kind}.{label}": arguments
        for resource in parse(text).get("resource", [])
        for kind, labelled in resource.items()
        for label, arguments in labelled.items()
    }


@settings(deadline=None)
@given(hostile)
def test_a_quoted_text_is_read_as_it_was(text: str) -> None:
    assert parse(f"value = {hcl.quote(text)}\n") == {"value": text}


@settings(deadline=None)
@given(st.dictionaries(hostile.filter(bool), hostile, min_size=1, max_size=4))
def test_tags_are_read_as_they_were(tags: dict[str, str]) -> None:
    assert parse(f"value = {hcl.quoted_map(tags)}\n") == {"value": tags}


def test_kept_rules_are_imported_and_new_ones_are_not() -> None:
    kept, wide, unused = make_rule(1, "192.0.2.0/24"), make_rule(2), make_rule(3, "0.0.0.0/0", (22, 22))
    new = make_new_rule("10.0.0.1/32", description="Clients", tags=(("team", "web"),))

    text = render_terraform(make_report([kept, wide, unused], [make_change(wide, new), make_change(unused)]))

    assert parse(text)["import"] == [
        {
            "to": "${aws_vpc_security_group_ingress_rule.ingress_tcp_443_192_0_2_0_24}",
            "id": kept.rule_id,
        }
    ]
    assert resources(text) == {
        "aws_vpc_security_group_ingress_rule.ingress_tcp_443_192_0_2_0_24": {
            "security_group_id": GROUP_ID,
            "ip_protocol": "tcp",
            "from_port": 443,
            "to_port": 443,
            "cidr_ipv4": "192.0.2.0/24",
        },
        "aws_vpc_security_group_ingress_rule.ingress_tcp_443_10_0_0_1_32": {
            "security_group_id": GROUP_ID,
            "ip_protocol": "tcp",
            "from_port": 443,
            "to_port": 443,
            "cidr_ipv4": "10.0.0.1/32",
            "description": "Clients",
            "tags": {"team": "web"},
        },
    }


def test_every_kind_of_rule_has_the_arguments_that_the_provider_asks_for() -> None:
    rules = [
        make_rule(1, "2001:db8::/32", (53, 53), protocol="udp"),
        make_rule(2, "pl-0123456789abcdef0"),
        make_rule(3, "sg-0fedcba9876543210", (1, 65535)),
        make_rule(4, "210987654321/sg-0fedcba9876543210", (-1, -1), protocol="-1"),
        make_rule(5, "0.0.0.0/0", (8, -1), protocol="icmp"),
        make_rule(6, "0.0.0.0/0", (-1, -1), protocol="-1", direction="egress"),
        make_rule(7, "10.0.0.0/8", (-1, -1), protocol="47", direction="egress"),
    ]

    found = [
        {name: value for name, value in arguments.items() if name != "security_group_id"}
        for arguments in resources(render_terraform(make_report(rules))).values()
    ]

    assert found == [
        {"ip_protocol": "udp", "from_port": 53, "to_port": 53, "cidr_ipv6": "2001:db8::/32"},
        {"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "prefix_list_id": "pl-0123456789abcdef0"},
        {
            "ip_protocol": "tcp",
            "from_port": 1,
            "to_port": 65535,
            "referenced_security_group_id": "sg-0fedcba9876543210",
        },
        {"ip_protocol": "-1", "referenced_security_group_id": "210987654321/sg-0fedcba9876543210"},
        {"ip_protocol": "icmp", "from_port": 8, "to_port": -1, "cidr_ipv4": "0.0.0.0/0"},
        {"ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"},
        {"ip_protocol": "47", "cidr_ipv4": "10.0.0.0/8"},
    ]


def test_rules_that_would_have_the_same_label_have_labels_of_their_own() -> None:
    rules = [make_rule(1, "2001:db8::/32"), make_rule(2, "2001:db8::/32", description="again")]

    assert len(resources(render_terraform(make_report(rules)))) == 2


@settings(deadline=None)
@given(hostile, hostile)
def test_hostile_names_end_no_comment(name: str, description: str) -> None:
    unused, kept = (make_rule(number, f"192.0.{number}.0/24", description=description) for number in (1, 2))
    report = make_report([unused, kept], [make_change(unused)], group_name=f'\n{name}\nbad = "1"')

    text = render_terraform(report)

    assert parse(text).keys() == {"import", "resource"}
    (arguments,) = resources(text).values()
    assert arguments.get("description", "") == description


def test_a_group_without_rules_has_a_file_of_comments() -> None:
    unused = make_rule(1)

    text = render_terraform(make_report([unused], [make_change(unused)]))

    assert parse(text) == {}
    assert f"{unused.rule_id} ingress tcp 443 10.0.0.0/8" in text
