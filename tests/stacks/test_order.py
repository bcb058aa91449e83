import re

import pytest

from tests.stacks.dependencies import find_dependencies
from tests.stacks.synthesis import Resource, Templates

SETUP = "Custom::SgLensSearchSetup"
HOLDING_DATA = {"AWS::OpenSearchService::Domain", "AWS::S3::Bucket", "AWS::S3::BucketPolicy"}


@pytest.fixture(scope="module")
def resources(templates: Templates) -> dict[str, Resource]:
    resources: dict[str, Resource] = templates.root["Resources"]
    return resources


@pytest.fixture(scope="module")
def needs(resources: dict[str, Resource]) -> dict[str, set[str]]:
    return find_dependencies(resources)


@pytest.fixture(scope="module")
def setup(templates: Templates) -> str:
    (name,) = templates.of_type(SETUP)
    return name


@pytest.mark.parametrize("path", ["FlowIngest", "InventorySync", "Redrive", "RuleUsage", "Advisor"])
def test_a_function_that_writes_comes_after_the_set_up_and_goes_before_it(
    resources: dict[str, Resource], needs: dict[str, set[str]], setup: str, path: str
) -> None:
    parts = [name for name in resources if name.startswith((f"{path}Function", f"{path}Schedule"))]

    assert parts
    assert [name for name in parts if setup not in needs[name]] == []


def test_the_index_page_is_made_by_the_set_up_and_renewed_after_it_only(
    resources: dict[str, Resource], needs: dict[str, set[str]], setup: str
) -> None:
    """So nothing renews it any more when the set-up empties the buckets."""
    renewal = [name for name in resources if name.startswith("IndexPageRenewal")]
    working = [name for name in resources if re.match("IndexPage(Function|Role)", name)]

    assert len(renewal) == 2
    assert [name for name in renewal if setup not in needs[name]] == []
    assert {name for name in working if "EventInvokeConfig" not in name} <= needs[setup]


def test_flow_logs_begin_after_the_set_up_and_end_before_it(
    templates: Templates, needs: dict[str, set[str]], setup: str
) -> None:
    stacks = templates.of_type("AWS::CloudFormation::Stack")

    assert len(stacks) == 2
    assert [name for name in stacks if setup not in needs[name]] == []


def test_what_holds_data_outlasts_the_set_up_that_empties_it(
    resources: dict[str, Resource], needs: dict[str, set[str]], setup: str
) -> None:
    holding = {name for name, each in resources.items() if each["Type"] in HOLDING_DATA}

    assert len(holding) == 7
    assert holding <= needs[setup]


def test_the_set_up_has_its_rights_and_its_log_as_long_as_it_works(
    templates: Templates, needs: dict[str, set[str]], setup: str
) -> None:
    own = {name for name in templates.root["Resources"] if name.startswith("SearchSetup")} - {setup}

    assert own <= needs[setup]


def test_the_set_up_maps_roles_before_their_functions_are_there(
    templates: Templates, needs: dict[str, set[str]], setup: str
) -> None:
    role_arns = templates.only(SETUP)["Properties"]["RoleArns"]

    assert set(role_arns) == {"advisor", "flow_ingest", "index_page", "rule_usage", "search_setup"}
    assert {arn["Fn::GetAtt"][0] for arn in role_arns.values()} <= needs[setup]


def test_nothing_in_a_nested_stack_needs_itself(templates: Templates) -> None:
    for nested in templates.nested.values():
        assert find_dependencies(nested["Resources"])
