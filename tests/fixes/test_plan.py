import pytest

from fixes.plan import FixError, make_plan, permission_line
from tests.fixes.reports import make_change, make_new_rule, make_report, make_rule


def test_a_plan_keeps_what_no_change_names() -> None:
    wide, unused, kept = (
        make_rule(1),
        make_rule(2, "0.0.0.0/0", (22, 22)),
        make_rule(3, "192.0.2.0/24", (80, 80)),
    )
    new = make_new_rule("10.0.0.1/32")

    plan = make_plan(make_report([wide, unused, kept], [make_change(wide, new), make_change(unused)]))

    assert (plan.kept, plan.revoked, plan.made) == ((kept,), (wide, unused), (new,))


def test_a_rule_that_two_changes_ask_for_is_made_once() -> None:
    one, two = make_rule(1), make_rule(2, "10.0.0.0/9")
    new = make_new_rule("10.0.0.1/32", description="first")
    again = make_new_rule("10.0.0.1/32", description="second")

    plan = make_plan(make_report([one, two], [make_change(one, new), make_change(two, again)]))

    assert plan.made == (new,)


def test_a_rule_that_would_be_revoked_and_made_again_stays() -> None:
    wide, narrow = make_rule(1), make_rule(2, "10.0.0.1/32")
    changes = [make_change(wide, make_new_rule("10.0.0.1/32")), make_change(narrow)]

    plan = make_plan(make_report([wide, narrow], changes))

    assert (plan.kept, plan.revoked, plan.made) == ((narrow,), (wide,), ())


def test_a_change_of_a_rule_that_the_report_does_not_list_is_an_error() -> None:
    with pytest.raises(FixError, match="sgr-00000000000000009"):
        make_plan(make_report([make_rule(1)], [make_change(make_rule(9))]))


def test_protocols_without_ports_are_the_same_whatever_ports_ec2_shows() -> None:
    lines = {
        permission_line(make_rule(1, ports=ports, protocol="47"))
        for ports in [(None, None), (-1, -1), (0, 9)]
    }

    assert lines == {"ingress 47 -1 -1 10.0.0.0/8"}
