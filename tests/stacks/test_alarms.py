from typing import Any

import pytest

from adapters.metrics import NAMESPACE
from tests.stacks.dependencies import find_dependencies
from tests.stacks.synthesis import Resource, Templates, synthesise

ALARM = "AWS::CloudWatch::Alarm"
ALARMS = {
    *("FlowIngestErrors", "InventorySyncErrors", "RedriveErrors", "SearchSetupErrors"),
    *("AdvisorErrors", "IndexPageErrors", "RuleUsageErrors"),
    *("FailedBucket", "FailedEvents", "Lag", "LostEvents", "RejectedRecords", "UnfinishedDays"),
    *("ClusterRed", "FreeStorage", "IndexWritesBlocked"),
}
LONGEST_DESCRIPTION = 1024


def get_alarms(templates: Templates) -> dict[str, dict[str, Any]]:
    """Properties by the name of what the alarm watches."""
    return {
        name.removeprefix("Alarms")[:-8]: each["Properties"]
        for name, each in templates.of_type(ALARM).items()
    }


@pytest.fixture(scope="module")
def alarms(templates: Templates) -> dict[str, dict[str, Any]]:
    return get_alarms(templates)


@pytest.mark.parametrize("function", ["FlowIngest", "InventorySync", "Redrive", "SearchSetup"])
def test_a_function_that_fails_three_times_in_a_quarter_of_an_hour_is_noticed(
    alarms: dict[str, Resource], function: str
) -> None:
    alarm = alarms[f"{function}Errors"]

    assert (alarm["MetricName"], alarm["Statistic"], alarm["Period"], alarm["Threshold"]) == (
        "Errors",
        "Sum",
        900,
        3,
    )
    assert alarm["Dimensions"][0]["Value"]["Ref"].startswith(f"{function}Function")


@pytest.mark.parametrize("function", ["Advisor", "IndexPage", "RuleUsage"])
def test_an_hourly_function_that_fails_three_times_in_four_hours_is_noticed(
    alarms: dict[str, Resource], function: str
) -> None:
    alarm = alarms[f"{function}Errors"]

    assert (alarm["MetricName"], alarm["Period"], alarm["Threshold"]) == ("Errors", 4 * 3600, 3)
    assert "three times in four hours" in alarm["AlarmDescription"]


@pytest.mark.parametrize(
    ("name", "namespace", "metric"),
    [
        ("FailedEvents", "AWS/Lambda", "AsyncEventsDropped"),
        ("LostEvents", "AWS/Lambda", "DestinationDeliveryFailures"),
        ("RejectedRecords", NAMESPACE, "Rejected"),
        ("ClusterRed", "AWS/ES", "ClusterStatus.red"),
        ("IndexWritesBlocked", "AWS/ES", "ClusterIndexWritesBlocked"),
    ],
)
def test_the_first_sign_of_trouble_with_the_data_is_noticed(
    alarms: dict[str, Resource], name: str, namespace: str, metric: str
) -> None:
    alarm = alarms[name]

    assert (alarm["Namespace"], alarm["MetricName"]) == (namespace, metric)
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanOrEqualToThreshold", 1)


def test_a_node_with_less_than_a_quarter_of_its_volume_left_is_noticed() -> None:
    alarm = get_alarms(synthesise(volume_gib=100))["FreeStorage"]

    assert (alarm["MetricName"], alarm["Statistic"]) == ("FreeStorageSpace", "Minimum")
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanOrEqualToThreshold", 25 * 1024)


def test_records_that_come_late_for_a_quarter_of_an_hour_are_noticed(alarms: dict[str, Resource]) -> None:
    alarm = alarms["Lag"]

    assert (alarm["Namespace"], alarm["MetricName"]) == (NAMESPACE, "LagSeconds")
    assert (alarm["ExtendedStatistic"], alarm["Period"], alarm["EvaluationPeriods"]) == ("p90", 300, 3)
    assert alarm["Dimensions"][0]["Value"]["Ref"].startswith("FlowIngestFunction")
    assert "16 minutes late" in alarm["AlarmDescription"]


@pytest.mark.parametrize(("aggregation_interval", "threshold"), [(60, 16 * 60), (600, 25 * 60)])
def test_a_record_may_be_later_by_the_interval_in_which_it_ends(
    aggregation_interval: int, threshold: int
) -> None:
    templates = synthesise(aggregation_interval=aggregation_interval)

    assert get_alarms(templates)["Lag"]["Threshold"] == threshold


def test_a_failed_bucket_that_does_not_empty_for_a_quarter_of_an_hour_is_noticed(
    alarms: dict[str, Resource],
) -> None:
    alarm = alarms["FailedBucket"]

    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == (
        NAMESPACE,
        "FailedObjects",
        "Minimum",
    )
    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["Threshold"]) == (300, 3, 1)
    assert alarm["Dimensions"][0]["Value"]["Ref"].startswith("RedriveFunction")


def test_a_redrive_that_is_silent_counts_as_objects_that_wait_and_nothing_else_does(
    alarms: dict[str, Resource],
) -> None:
    """All others are silent when nothing happens."""
    missing = {name: alarm["TreatMissingData"] for name, alarm in alarms.items()}

    assert missing.pop("FailedBucket") == "breaching"
    assert set(missing.values()) == {"notBreaching"}


def test_the_alarm_of_the_failed_bucket_comes_after_the_schedule_that_keeps_it_quiet(
    templates: Templates,
) -> None:
    """And goes before it, so that neither deploy nor destroy raises it for a pass that can't be."""
    needs = find_dependencies(templates.root["Resources"])
    (alarm,) = (name for name in needs if name.startswith("AlarmsFailedBucket"))
    (rule,) = (name for name in needs if name.startswith("RedriveScheduleRule") and "Allow" not in name)

    assert rule in needs[alarm]
    assert not [name for name, needed in needs.items() if alarm in needed and name.startswith("Redrive")]


def test_days_that_no_run_of_six_hours_has_time_for_are_noticed(alarms: dict[str, Resource]) -> None:
    """One run that leaves a day to the next is no matter: each hour has to tell of some."""
    alarm = alarms["UnfinishedDays"]

    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == (
        NAMESPACE,
        "UnfinishedDays",
        "Maximum",
    )
    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["Threshold"]) == (3600, 6, 1)
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert alarm["Dimensions"][0]["Value"]["Ref"].startswith("RuleUsageFunction")
    assert "unfinished" in alarm["AlarmDescription"]


def test_every_alarm_says_what_has_happened_and_what_helps(alarms: dict[str, Resource]) -> None:
    descriptions = [alarm["AlarmDescription"] for alarm in alarms.values()]

    assert len(set(descriptions)) == len(descriptions)
    assert not [each for each in descriptions if not each.startswith("SG Lens: ") or each.count(". ") < 1]
    assert max(map(len, descriptions)) <= LONGEST_DESCRIPTION


def test_no_alarm_has_a_fixed_name(alarms: dict[str, Resource]) -> None:
    assert not [alarm for alarm in alarms.values() if "AlarmName" in alarm]


def test_alarms_stand_without_an_address_and_call_nobody(
    templates: Templates, alarms: dict[str, Resource]
) -> None:
    assert set(alarms) == ALARMS
    assert not [alarm for alarm in alarms.values() if "AlarmActions" in alarm]
    assert templates.of_type("AWS::SNS::Topic") == {}


def test_every_alarm_reaches_the_address_that_is_given() -> None:
    templates = synthesise(alarm_email="network-team@example.com")

    (topic,) = templates.of_type("AWS::SNS::Topic")
    subscription = templates.only("AWS::SNS::Subscription")["Properties"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "network-team@example.com")
    actions = [alarm["AlarmActions"] for alarm in get_alarms(templates).values()]
    assert actions == [[{"Ref": topic}]] * len(ALARMS)
