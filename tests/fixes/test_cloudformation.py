"""Read by a YAML parser, checked by cfn-lint, and compared with the proposal."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from fixes.cloudformation import quote, render_cloudformation
from tests.fixes.reports import GROUP_ID, make_change, make_new_rule, make_report, make_rule

RULES = [
    make_rule(1, "192.0.2.0/24"),
    make_rule(2, "2001:db8::/32", (53, 53), protocol="udp", description="Names; #1"),
    make_rule(3, "pl-0123456789abcdef0"),
    make_rule(4, "sg-0fedcba9876543210", (1, 65535)),
    make_rule(5, "210987654321/sg-0fedcba9876543210", (-1, -1), protocol="-1"),
    make_rule(6, "0.0.0.0/0", (8, -1), protocol="icmp"),
    make_rule(7, "0.0.0.0/0", (-1, -1), protocol="-1", direction="egress"),
    make_rule(8, "10.0.0.0/8", (-1, -1), protocol="47", direction="egress"),
    make_rule(9, "pl-0123456789abcdef0", direction="egress"),
    make_rule(10, "sg-0fedcba9876543210", direction="egress"),
]


def resources(text: str) -> list[dict[str, Any]]:
    parsed: dict[str, dict[str, Any]] = yaml.safe_load(text)["Resources"]
    return list(parsed.values())


def lint(directory: Path, text: str) -> str:
    path = directory / "rules.yaml"
    path.write_text(text)
    command = [str(Path(sys.executable).with_name("cfn-lint")), str(path), "--regions", "us-east-1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_a_template_with_every_kind_of_rule_has_no_fault(tmp_path: Path) -> None:
    wide = make_rule(11, "10.0.0.0/8", (1, 9))
    change = make_change(wide, make_new_rule("10.0.0.1/32", (5, 5), tags=(("team", "web"),)))

    assert lint(tmp_path, render_cloudformation(make_report([*RULES, wide], [change]))) == ""


def test_a_group_without_rules_has_a_template_without_a_fault(tmp_path: Path) -> None:
    unused = make_rule(1)

    assert lint(tmp_path, render_cloudformation(make_report([unused], [make_change(unused)]))) == ""


def test_a_fault_would_be_found(tmp_path: Path) -> None:
    text = render_cloudformation(make_report(RULES)).replace("GroupId:", "GruppenId:")

    assert "GruppenId" in lint(tmp_path, text)


def test_every_kind_of_rule_has_the_properties_that_cloudformation_asks_for() -> None:
    found = resources(render_cloudformation(make_report(RULES)))

    assert [resource["Type"].rpartition("::")[2] for resource in found] == [
        *["SecurityGroupIngress"] * 6,
        *["SecurityGroupEgress"] * 4,
    ]
    everything = [resource["Properties"] for resource in found]
    assert all(properties.pop("GroupId") == GROUP_ID for properties in everything)
    web = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    group = "sg-0fedcba9876543210"
    assert everything == [
        {**web, "CidrIp": "192.0.2.0/24"},
        {
            "IpProtocol": "udp",
            "FromPort": 53,
            "ToPort": 53,
            "CidrIpv6": "2001:db8::/32",
            "Description": "Names; #1",
        },
        {**web, "SourcePrefixListId": "pl-0123456789abcdef0"},
        {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 65535, "SourceSecurityGroupId": group},
        {"IpProtocol": "-1", "SourceSecurityGroupId": group, "SourceSecurityGroupOwnerId": "210987654321"},
        {"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "CidrIp": "0.0.0.0/0"},
        {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"},
        {"IpProtocol": "47", "CidrIp": "10.0.0.0/8"},
        {**web, "DestinationPrefixListId": "pl-0123456789abcdef0"},
        {**web, "DestinationSecurityGroupId": group},
    ]


def test_rules_that_stay_can_be_imported_and_new_ones_are_made() -> None:
    kept, wide = make_rule(1, "192.0.2.0/24"), make_rule(2)
    text = render_cloudformation(make_report([kept, wide], [make_change(wide, make_new_rule("10.0.0.1/32"))]))

    stays, new = resources(text)

    assert (stays["DeletionPolicy"], stays["Properties"]["CidrIp"]) == ("Retain", "192.0.2.0/24")
    assert "DeletionPolicy" not in new
    assert new["Properties"]["CidrIp"] == "10.0.0.1/32"
    assert f"  # {kept.rule_id}\n  IngressTcpX443X192X0X2X0X24:" in text


def test_tags_which_cloudformation_cannot_set_are_named() -> None:
    rule = make_rule(1, tags=(("team", "web"), ("aws:x", "y")))

    text = render_cloudformation(make_report([rule]))

    assert '#   IngressTcpX443X10X0X0X0X8: "team" = "web"' in text
    assert "aws:x" not in text


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_quoted_text_is_read_as_it_was(text: str) -> None:
    assert yaml.safe_load(f"value: {quote(text)}\n") == {"value": text}


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_hostile_names_end_no_comment(name: str, description: str) -> None:
    tags = (("key" + description, name),)
    rule = make_rule(1, description=description, tags=tags)
    unused = make_rule(2, "192.0.2.0/24", description=description)
    report = make_report([rule, unused], [make_change(unused)], group_name=f"\n{name}\nOutputs: 1")

    parsed = yaml.safe_load(render_cloudformation(report))

    assert parsed.keys() == {"AWSTemplateFormatVersion", "Description", "Resources"}
    (resource,) = parsed["Resources"].values()
    assert resource["Properties"].get("Description", "") == description
