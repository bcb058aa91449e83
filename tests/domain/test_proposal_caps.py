"""What is proposed where not all peers or ports of a day were kept."""

from dataclasses import replace

from domain.usage import CAPS
from tests.domain.judged import SETTINGS, Used, Vpc, describe, group, interface, rule

DB = interface("db", ["10.0.1.10"], ["db"])
VPC = Vpc(groups=(group("db"),), interfaces=(DB,))
PROTECTED = ((SETTINGS.keep_tag, ""),)


def test_where_a_cap_cut_peers_a_rule_that_is_there_is_not_made_again_either() -> None:
    """Then all connections count, also those that the other rule permits."""
    stays = rule("stays", "db", "tcp 3306", "10.0.0.0/8", tags=PROTECTED)
    wide = rule("wide", "db", "tcp 3000-4000", "10.0.0.0/8")
    peers = [Used("wide", "db", f"10.0.9.{number}", 3306, sole=0, shared=1) for number in (1, 2)]

    vpc = replace(VPC, rules=(stays, wide), used=peers, caps=CAPS._replace(peers=1))

    assert vpc.replacements("wide") == []


def test_where_a_cap_cut_ports_a_wide_rule_is_not_left_with_the_rest_alone() -> None:
    stays = rule("stays", "db", "tcp 3306", "10.0.9.1/32", tags=PROTECTED)
    wide = rule("wide", "db", "tcp 3000-4000", "10.0.0.0/8")
    used = [Used("wide", "db", f"10.0.9.{number}", 3305 + number) for number in (1, 2)]

    vpc = replace(VPC, rules=(stays, wide), used=used, caps=CAPS._replace(ports=1))

    assert vpc.replacements("wide") == ["tcp 3000-4000 from 10.0.9.1/32", "tcp 3000-4000 from 10.0.9.2/32"]


def test_peers_that_the_cap_cut_keep_the_peer_and_narrow_the_ports() -> None:
    peers = [f"10.{at >> 8 & 255}.{at & 255}.1" for at in range(2_100)]
    wide = rule("db", "db", "tcp 0-65535", "10.0.0.0/8")

    used = [Used("db", "db", peer, 3306) for peer in peers]
    found = replace(VPC, rules=(wide,), used=used).change("db")

    assert found is not None
    assert [describe(new) for new in found.rules] == ["tcp 3306 from 10.0.0.0/8"]
    assert (found.ways, found.connections, found.connections_before) == (("ports",), 2_100, 2_100)
    assert found.confidence == "medium"
