import pytest

from local.sample.groups import INTERFACE_DELETED_AT, INTERFACE_MOVED_AT, RULE_ADDED_AT, RULE_REVOKED_AT
from local.traffic.generate import generate
from local.traffic.types import Traffic
from tests.local.sample.in_moto import NOON, make_sample
from tests.local.traffic.sample_traffic import DAY, SEED, Written, make_traffic, read_flows, records_of

# Planted by hand: what may let each kind of conversation in and out, by the side that is looked from.
EXPECTED_RULES = {
    ("web visit", "ingress"): {"web-https", "web-https-v6", "web-http", "web-http-v6"},
    ("request to app", "egress"): {"web-lb-to-app"},
    ("request to app", "ingress"): {"app-from-inside app-from-lb"},
    ("health check", "egress"): {"web-lb-to-app"},
    ("health check", "ingress"): {"app-from-inside app-from-lb"},
    ("database pool", "egress"): {"app-to-anywhere"},
    ("database pool", "ingress"): {"mysql-from-vpc"},
    ("session cache", "egress"): {"app-to-anywhere"},
    ("session cache", "ingress"): {"cache-from-app"},
    ("uploads", "egress"): {"app-to-anywhere"},
    ("uploads", "ingress"): {"nfs-from-app"},
    ("search cluster", "egress"): {"search-to-anywhere"},
    ("search cluster", "ingress"): {"search-within-cluster"},
    ("bulk load", "egress"): {"migration-to-anywhere"},
    ("bulk load", "ingress"): {"search-from-migrator", ""},
    ("query", "egress"): {"app-to-anywhere", "orders-to-anywhere", "billing-to-anywhere"},
    ("query", "ingress"): {
        "search-from-app",
        "orders-from-app",
        "billing-from-orders",
        "orders-from-billing",
    },
    ("copy", "egress"): {"app-to-anywhere"},
    ("copy", "ingress"): {"migration-from-app"},
    ("report", "egress"): {"reports-to-postgres", "reports-https", "reports-to-cache"},
    ("report", "ingress"): {"postgres-from-reports", "endpoints-from-vpc", "cache-from-reports"},
    ("secret", "egress"): {"app-to-anywhere"},
    ("secret", "ingress"): {"endpoints-from-vpc"},
    ("scrape", "egress"): {"monitoring-to-exporters"},
    ("scrape", "ingress"): {"app-from-inside"},
    ("push", "egress"): {"app-to-anywhere"},
    ("push", "ingress"): {"metrics-from-vpc", "metrics-from-app-subnet metrics-from-vpc"},
    ("ssh", "egress"): {"bastion-to-anywhere"},
    ("ssh", "ingress"): {
        "bastion-ssh-from-office",
        "ssh-from-anywhere",
        "app-from-inside ssh-from-anywhere",
    },
    ("admin ui", "ingress"): {"admin-ui-from-offices"},
    ("ping", "egress"): {"bastion-to-anywhere"},
    ("ping", "ingress"): {"ping-from-bastion"},
    ("path mtu", "ingress"): {"bastion-path-mtu"},
    ("nightly job", "egress"): {"backup-to-search", "backup-https"},
    ("nightly job", "ingress"): {"search-from-backup"},
    ("time", "egress"): {"app-to-anywhere", "batch-ntp", "monitoring-ntp", "search-to-anywhere"},
    ("name", "egress"): {"app-to-anywhere", "batch-dns", "batch-dns-tcp"},
    ("api call", "egress"): {"app-to-anywhere", "app-to-anywhere-v6", "reports-https", "batch-https"},
    ("port sweep", "ingress"): {"web-http", "web-https"},
    ("gossip", "egress"): {"search-to-anywhere"},
    ("gossip", "ingress"): {"search-within-cluster"},
    ("export", "egress"): {"exports-to-s3"},
    ("feed", "ingress"): {"feed-from-partners", "feed-from-lb"},
    ("feed check", "egress"): {"feed-lb-to-feed"},
    ("feed check", "ingress"): {"feed-from-lb"},
    ("warehouse order", "ingress"): {"orders-from-warehouse"},
}


@pytest.fixture(scope="module")
def traffic() -> Traffic:
    return make_traffic()


@pytest.fixture(scope="module")
def flows(traffic: Traffic) -> list[Written]:
    return list(read_flows(traffic))


def test_the_same_seed_gives_the_same_day(traffic: Traffic) -> None:
    assert generate(make_sample().sample, SEED, NOON, NOON + DAY) == traffic


def test_another_seed_gives_another_day(traffic: Traffic) -> None:
    assert generate(make_sample().sample, SEED + 1, NOON, NOON + DAY) != traffic


def test_a_day_has_some_twenty_to_thirty_thousand_records(traffic: Traffic) -> None:
    assert 20_000 <= traffic.record_count <= 30_000


def test_a_larger_scale_brings_more_visitors() -> None:
    sample = make_sample().sample

    counts = [
        sum(
            flow.truth.kind == "web visit"
            for flow in read_flows(generate(sample, 1, NOON, NOON + 7200, scale=n))
        )
        for n in (1, 3)
    ]

    assert counts[1] > 2 * counts[0]


def test_more_than_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="one day"):
        generate(make_sample().sample, SEED, NOON, NOON + DAY + 1)


@pytest.mark.parametrize(("kind", "direction"), EXPECTED_RULES)
def test_a_kind_of_conversation_is_let_through_by_the_planted_rules(
    flows: list[Written], kind: str, direction: str
) -> None:
    found = {
        " ".join(flow.truth.rule_names)
        for flow in flows
        if (flow.truth.kind, flow.truth.direction) == (kind, direction)
        and flow.truth.attribution in {"rules", "no_rule"}
    }

    assert found == EXPECTED_RULES[kind, direction]


def test_no_kind_is_let_through_beside_the_planted_ones(flows: list[Written]) -> None:
    found = {(flow.truth.kind, flow.truth.direction) for flow in flows if flow.truth.attribution == "rules"}

    assert found == set(EXPECTED_RULES)


def test_what_the_rules_refuse_is_rejected_once_and_never_answered(flows: list[Written]) -> None:
    rejected = [flow for flow in flows if flow.fields["action"] == "REJECT"]

    assert {flow.truth.kind for flow in rejected} == {
        "port sweep",
        "ipv6 probe",
        "udp probe",
        "outside ping",
        "late packet",
        "query",
        "report",
        "scrape",
        "forgotten job",
        "api call",
    }
    assert not any(flow.truth.is_response or flow.truth.rule_names for flow in rejected)


def test_an_added_rule_lets_in_what_was_rejected_before(flows: list[Written]) -> None:
    locks = [flow for flow in flows if flow.interface == "sessions-cache" and flow.truth.kind == "report"]

    before = {flow.fields["action"] for flow in locks if flow.second < RULE_ADDED_AT}
    after = {flow.fields["action"] for flow in locks if flow.second >= RULE_ADDED_AT}

    assert (before, after) == ({"REJECT"}, {"ACCEPT"})


def test_a_tracked_connection_goes_on_when_its_rule_is_revoked(flows: list[Written]) -> None:
    loads = [flow for flow in flows if flow.interface == "search-1" and flow.truth.kind == "bulk load"]

    before = {flow.truth.attribution for flow in loads if flow.second < RULE_REVOKED_AT}
    after = {flow.truth.attribution for flow in loads if flow.second >= RULE_REVOKED_AT}

    assert (before, after) == ({"rules"}, {"no_rule"})


def test_a_moved_interface_uses_the_rules_of_its_new_groups(flows: list[Written]) -> None:
    names = [flow for flow in flows if flow.interface == "batch-1" and flow.truth.kind == "name"]

    before = {flow.truth.rule_names for flow in names if flow.second < INTERFACE_MOVED_AT}
    after = {flow.truth.rule_names for flow in names if flow.second >= INTERFACE_MOVED_AT}

    assert before == {("app-to-anywhere",)}
    assert after == {("batch-dns",), ("batch-dns-tcp",)}


def test_a_deleted_interface_logs_no_more(traffic: Traffic) -> None:
    last = records_of(traffic, "migrator")[-1].start

    assert NOON + INTERFACE_DELETED_AT - 600 <= last < NOON + INTERFACE_DELETED_AT


def test_an_interface_that_no_inventory_saw_is_told_as_such(flows: list[Written]) -> None:
    attributions = {flow.truth.attribution for flow in flows if flow.interface == "short-task"}

    assert attributions == {"no_inventory"}


def test_the_nightly_job_runs_at_half_past_two(flows: list[Written]) -> None:
    first = min(flow.second for flow in flows if flow.truth.kind == "nightly job")

    assert first == 14 * 3600 + 1800
