"""Reports as the deployed functions make them: who may read them, and that they follow the inventory."""

import gzip
import json
from typing import Any

import pytest

from tests.whole_way.deployment import ALLOWED, Deployment
from tests.whole_way.people import Person

FILES = {"index.html", "report.json", "fix.sh", "undo.sh", "rules.tf", "rules.yaml"}


@pytest.fixture(scope="module", autouse=True)
def _reports(shared_deployment: Deployment) -> None:
    shared_deployment.sync_inventory()
    shared_deployment.invoke("rule_usage")
    shared_deployment.invoke("advisor")


def _list_folders(deployment: Deployment) -> dict[str, set[str]]:
    s3 = deployment.cloud.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=deployment.outputs["SiteBucket"], Prefix="groups/"
    )
    folders: dict[str, set[str]] = {}
    for item in (item for page in pages for item in page.get("Contents", [])):
        _, group_id, name = item["Key"].split("/")
        folders.setdefault(group_id, set()).add(name)
    return folders


def _read_report(deployment: Deployment, group_id: str) -> dict[str, Any]:
    answer = deployment.cloud.client("s3").get_object(
        Bucket=deployment.outputs["SiteBucket"], Key=f"groups/{group_id}/report.json"
    )
    report: dict[str, Any] = json.loads(gzip.decompress(answer["Body"].read()))
    return report


def _make_group(deployment: Deployment, name: str) -> str:
    ec2 = deployment.cloud.client("ec2")
    answer = ec2.create_security_group(GroupName=name, Description=name, VpcId=deployment.sample.vpc_id)
    return str(answer["GroupId"])


def test_every_group_of_the_vpc_has_its_folder(deployment: Deployment) -> None:
    groups = deployment.cloud.client("ec2").describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [deployment.sample.vpc_id]}]
    )["SecurityGroups"]

    assert _list_folders(deployment) == {group["GroupId"]: FILES for group in groups}


@pytest.mark.parametrize(("address", "status"), [(ALLOWED, 200), ("127.0.0.3", 403)])
def test_a_report_is_for_the_allowed_addresses_alone(
    deployment: Deployment, address: str, status: int
) -> None:
    group_id = next(iter(_list_folders(deployment)))
    site = f"{deployment.cloud.endpoint_url}/{deployment.outputs['SiteBucket']}"

    assert Person.get(f"{site}/groups/{group_id}/index.html", address) == status


def test_what_is_not_due_is_not_made_again(deployment: Deployment) -> None:
    deployment.invoke("advisor", {"only_due": True})

    assert deployment.invoke("advisor", {"only_due": True})["reports"] == 0


def test_a_new_group_gets_its_folder_and_loses_it_when_it_is_gone(deployment: Deployment) -> None:
    group_id = _make_group(deployment, "short-lived")
    deployment.sync_inventory()

    deployment.invoke("advisor", {"group_ids": [group_id]})

    assert _list_folders(deployment)[group_id] == FILES
    report = _read_report(deployment, group_id)
    assert (report["group"]["group_name"], report["attachment"]) == ("short-lived", "unattached")
    deployment.cloud.client("ec2").delete_security_group(GroupId=group_id)
    deployment.sync_inventory()
    assert deployment.invoke("advisor")["gone"] == 1
    assert group_id not in _list_folders(deployment)


def test_own_rules_are_replayed_for_whoever_may_invoke_the_function(deployment: Deployment) -> None:
    group_id = next(iter(_list_folders(deployment)))

    answer = deployment.invoke("advisor", {"replay": {"group_id": group_id, "rules": []}})

    assert (answer["group_id"], answer["refused_count"]) == (group_id, len(answer["refused"]))
