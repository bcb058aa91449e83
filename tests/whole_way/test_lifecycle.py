"""The stack from its first deployment to its end, in an account of its own. The tests run in their order."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from local.cloud import LocalCloud
from local.demo.error import DemoError
from local.demo.leftovers import list_resources
from local.search.faults import Fault
from tests.whole_way.deployment import Deployment, deploy, make_cdk

STATEFUL = {"bucket", "search domain", "secret"}
Resources = Mapping[str, str]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud.start(tmp_path_factory.mktemp("lifecycle") / "cloud") as cloud:
        yield cloud


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lifecycle") / "cdk"


@pytest.fixture(scope="module")
def deployed(account: LocalCloud, directory: Path) -> Deployment:
    return deploy(account, directory)


@pytest.fixture(scope="module")
def other_vpc(account: LocalCloud) -> str:
    return account.client("ec2").create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture(scope="module")
def other_subnet(account: LocalCloud, other_vpc: str) -> str:
    answer = account.client("ec2").create_subnet(VpcId=other_vpc, CidrBlock="10.30.1.0/24")
    return answer["Subnet"]["SubnetId"]


def _resources(account: LocalCloud, stack: str) -> Resources:
    pages = account.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for page in pages
        for each in page["StackResourceSummaries"]
    }


def _nested_stacks(account: LocalCloud) -> dict[str, Resources]:
    """The resources of each nested stack, by the stack's physical id."""
    return {
        physical: _resources(account, physical)
        for physical in _resources(account, "SgLens").values()
        if ":stack/" in physical
    }


def _flow_logs(account: LocalCloud) -> set[str]:
    return {each["ResourceId"] for each in account.client("ec2").describe_flow_logs()["FlowLogs"]}


def _ignore(progress: str) -> None:
    """The CDK CLI's output is in its log."""


def test_a_set_up_that_fails_says_why_and_leaves_nothing(
    account: LocalCloud, other_vpc: str, tmp_path: Path
) -> None:
    cdk = make_cdk(account, tmp_path, [other_vpc])
    cdk.bootstrap(_ignore)
    before = list_resources(account)
    account.control.set_faults([Fault(kind="status", match="PUT /_index_template", status=400, times=None)])

    with pytest.raises(DemoError):
        cdk.deploy(_ignore)

    account.control.clear_faults()
    cdk.destroy(_ignore)
    assert "index template flows: the domain answered 400" in (tmp_path / "cdk-deploy.log").read_text()
    assert list_resources(account) == before


def test_one_deploy_makes_the_root_stack_and_one_nested_stack_for_the_vpc(
    account: LocalCloud, deployed: Deployment
) -> None:
    assert _flow_logs(account) == {deployed.sample.vpc_id}
    assert len(_nested_stacks(account)) == 1


def test_a_second_deploy_changes_nothing(account: LocalCloud, deployed: Deployment, directory: Path) -> None:
    before = _resources(account, "SgLens"), _nested_stacks(account)

    deployed.cdk.deploy(_ignore)

    assert "no changes" in (directory / "cdk-deploy.log").read_text()
    assert (_resources(account, "SgLens"), _nested_stacks(account)) == before


def test_a_vpc_is_added_without_touching_the_other(
    account: LocalCloud, deployed: Deployment, directory: Path, other_vpc: str
) -> None:
    root, nested = _resources(account, "SgLens"), _nested_stacks(account)

    make_cdk(account, directory, [deployed.sample.vpc_id, other_vpc]).deploy(_ignore)

    assert _flow_logs(account) == {deployed.sample.vpc_id, other_vpc}
    assert _resources(account, "SgLens").items() >= root.items()
    assert _nested_stacks(account).items() >= nested.items()


def test_inventory_sync_then_observes_both(deployed: Deployment, other_vpc: str) -> None:
    deployed.invoke("inventory_sync")

    vpc_ids = {key.split("/")[1] for key in deployed.inventory_days()}
    assert vpc_ids == {deployed.sample.vpc_id, other_vpc}


def test_a_vpc_makes_room_for_one_of_its_subnets_without_touching_the_other(
    account: LocalCloud, deployed: Deployment, directory: Path, other_subnet: str
) -> None:
    before = _nested_stacks(account)

    make_cdk(account, directory, [deployed.sample.vpc_id, other_subnet]).deploy(_ignore)

    assert _flow_logs(account) == {deployed.sample.vpc_id, other_subnet}
    after = _nested_stacks(account)
    [untouched] = after.keys() & before.keys()
    assert len(after) == 2
    assert after[untouched] == before[untouched]


def test_a_subnet_is_removed_without_touching_the_vpc(
    account: LocalCloud, deployed: Deployment, directory: Path
) -> None:
    before = _nested_stacks(account)

    make_cdk(account, directory, [deployed.sample.vpc_id]).deploy(_ignore)

    assert _flow_logs(account) == {deployed.sample.vpc_id}
    [remaining] = _nested_stacks(account).items()
    assert remaining in before.items()


def test_destroy_leaves_nothing_though_there_are_records(account: LocalCloud, deployed: Deployment) -> None:
    deployed.invoke("inventory_sync")
    account.client("s3").put_object(Bucket=deployed.outputs["SiteBucket"], Key="index.html", Body=b"page")

    deployed.cdk.destroy(_ignore)

    left = list_resources(account)
    assert {name for kind, name in left if kind == "stack"} == {"CDKToolkit"}
    assert not {
        each for each in left if each[0] in {"function", "log group", "flow log", "event rule", "alarm"}
    }
    assert not {each for each in left if each[0] in STATEFUL and "cdk-" not in each[1]}
    assert not {each for each in left if each[0] == "role" and "cdk-" not in each[1]}


def test_with_retain_data_destroy_leaves_the_data_and_the_next_deploy_says_so(
    account: LocalCloud, deployed: Deployment, directory: Path
) -> None:
    cdk = make_cdk(account, directory, [deployed.sample.vpc_id], {"retain_data": "true"})
    before = list_resources(account)
    cdk.deploy(_ignore)
    kept = {each for each in list_resources(account) - before if each[0] in STATEFUL}

    cdk.destroy(_ignore)
    left = list_resources(account) - before
    cdk.deploy(_ignore)

    [retained] = [name for kind, name in left if kind == "search domain"]
    assert left == kept
    assert sorted(kind for kind, _ in left) == ["bucket"] * 3 + ["search domain"] + ["secret"] * 2
    notice = Deployment(account, directory, deployed.sample, cdk).outputs["Notice"]
    assert retained in notice
    assert "Taking retained data back" in notice
