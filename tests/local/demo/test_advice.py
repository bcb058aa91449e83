from collections.abc import Callable
from typing import Any

import pytest

from local.demo.advice import check_reports, describe
from local.demo.error import DemoError
from local.sample.advice import EXPECTED_ADVICE, EXPECTED_ATTACHMENT

Json = dict[str, Any]

NAMES = {f"sgr-{number:04}": name for number, name in enumerate(EXPECTED_ADVICE)}


def test_reports_that_say_what_was_planted_pass() -> None:
    checked = check_reports(_reports(), _group_ids(), NAMES)
    assert (checked.rules, checked.groups) == (len(EXPECTED_ADVICE), 1 + len(EXPECTED_ATTACHMENT))
    assert checked.changes == sum(each.replaced_by is not None for each in EXPECTED_ADVICE.values())


def _give_wrong_verdict(reports: list[Json]) -> None:
    _find_rule(reports, "mysql-from-vpc")["verdict"] = "used"


def _drop_reason(reports: list[Json]) -> None:
    _find_rule(reports, "web-https")["reasons"] = []


def _forget_peer(reports: list[Json]) -> None:
    _find_rule(reports, "bastion-ssh-from-office")["use"]["peers"] = []


def _leave_rule_alone(reports: list[Json]) -> None:
    reports[0]["proposal"]["changes"] = []


def _refuse_something(reports: list[Json]) -> None:
    reports[0]["proposal"]["replay"]["refused"] = [{"peer_addr": "192.0.2.1"}]


def _attach_wrongly(reports: list[Json]) -> None:
    reports[1]["attachment"] = "attached"


def _lose_a_group(reports: list[Json]) -> None:
    del reports[-1]


def _lose_the_rules(reports: list[Json]) -> None:
    reports[0]["rules"] = []


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_give_wrong_verdict, "mysql-from-vpc is used, not too_wide"),
        (_drop_reason, "web-https has the reasons .*, without public_by_intent"),
        (_forget_peer, "bastion-ssh-from-office doesn't name its peer 203.0.113.200"),
        (_leave_rule_alone, "ssh-from-anywhere is replaced by None"),
        (_refuse_something, "rules would refuse"),
        (_attach_wrongly, "the group partner-vpn is attached, not referenced"),
        (_lose_a_group, "sg-app has no report"),
        (_lose_the_rules, "no report has the rule web-https"),
    ],
)
def test_each_untruth_is_told(spoil: Callable[[list[Json]], None], told: str) -> None:
    reports = _reports()
    spoil(reports)
    with pytest.raises(DemoError, match=told):
        check_reports(reports, _group_ids(), NAMES)


def test_a_range_of_ports_and_all_protocols_are_described_by_their_words() -> None:
    rule = {"direction": "egress", "ip_protocol": "tcp", "from_port": 80, "to_port": 90, "peer_name": ""}
    peer = {"cidr_ipv4": None, "cidr_ipv6": "2001:db8::/32"}
    assert describe({**rule, "peer": peer}) == "tcp 80-90 to 2001:db8::/32"
    assert describe({**rule, "ip_protocol": "-1", "from_port": -1, "peer": peer}) == "-1 to 2001:db8::/32"


def _reports() -> list[Json]:
    rules: Json = _report("rules", "attached")
    for rule_id, name in NAMES.items():
        expected = EXPECTED_ADVICE[name]
        rules["rules"].append(
            {
                "rule": {"rule_id": rule_id},
                "verdict": expected.verdict,
                "reasons": [{"code": expected.reason or "used"}],
                "use": {"peers": [{"addr": addr} for addr in expected.keeps_peers]},
            }
        )
        if expected.replaced_by is not None:
            change = {"rule_id": rule_id, "rules": [_new_rule(text) for text in expected.replaced_by]}
            rules["proposal"]["changes"].append(change)
    return [rules, *(_report(name, each) for name, each in sorted(EXPECTED_ATTACHMENT.items(), reverse=True))]


def _report(name: str, attachment: str) -> Json:
    return {
        "group": {"group_id": f"sg-{name}", "group_name": name},
        "attachment": attachment,
        "rules": [],
        "proposal": {"changes": [], "replay": {"connections": 1, "refused": []}},
    }


def _new_rule(text: str) -> Json:
    protocol, port, _, name = text.split()
    peer = {"cidr_ipv4": None, "cidr_ipv6": None}
    ports = {"from_port": int(port), "to_port": int(port)}
    return {"direction": "ingress", "ip_protocol": protocol, **ports, "peer": peer, "peer_name": name}


def _group_ids() -> list[str]:
    return ["sg-rules", *(f"sg-{name}" for name in EXPECTED_ATTACHMENT)]


def _find_rule(reports: list[Json], name: str) -> Json:
    found: Json = next(rule for rule in reports[0]["rules"] if NAMES[rule["rule"]["rule_id"]] == name)
    return found
