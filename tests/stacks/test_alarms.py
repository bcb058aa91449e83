from typing import Any

import pytest

from adapters.metrics import NAMESPACE
from tests.stacks.synthesis import Resource, Templates, synthesise

ALARM = "AWS::CloudWatch::Alarm"


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


def test_an_hourly_function_that_fails_three_times_in_four_hours_is_noticed(
    alarms: dict[str, Resource],
) -> None:
    alarm = alarms["IndexPageErrors"]

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


def test_alarms_stand_without_an_address_and_call_nobody(
    templates: Templates, alarms: dict[str, Resource]
) -> None:
    assert len(alarms) == 11
    assert not [alarm for alarm in alarms.values() if "AlarmActions" in alarm]
    assert templates.of_type("AWS::SNS::Topic") == {}


def test_every_alarm_reaches_the_address_that_is_given() -> None:
    templates = synthesise(alarm_email="network-team@example.com")

    (topic,) = templates.of_type("AWS::SNS::Topic")
    subscription = templates.only("AWS::SNS::Subscription")["Properties"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "network-team@example.com")
    actions = [alarm["AlarmActions"] for alarm in get_alarms(templates).values()]
    assert actions == [[{"Ref": topic}]] * 11
