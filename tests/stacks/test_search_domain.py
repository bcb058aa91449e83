import json
from typing import Any

import pytest

from tests.stacks.synthesis import Resource, Templates, synthesise

DOMAIN = "AWS::OpenSearchService::Domain"


@pytest.fixture(scope="module")
def domain(templates: Templates) -> dict[str, Any]:
    properties: dict[str, Any] = templates.only(DOMAIN)["Properties"]
    return properties


def get_statements(domain: Resource) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = domain["AccessPolicies"]["Statement"]
    return statements


def test_only_https_with_a_recent_tls_gets_in(domain: Resource) -> None:
    assert domain["DomainEndpointOptions"] == {
        "EnforceHTTPS": True,
        "TLSSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10",
    }


def test_data_is_encrypted_at_rest_and_between_nodes(domain: Resource) -> None:
    assert domain["EncryptionAtRestOptions"] == {"Enabled": True}
    assert domain["NodeToNodeEncryptionOptions"] == {"Enabled": True}


def test_the_master_user_is_internal_with_the_password_of_its_secret(domain: Resource) -> None:
    options = domain["AdvancedSecurityOptions"]

    assert (options["Enabled"], options["InternalUserDatabaseEnabled"]) == (True, True)
    assert options["MasterUserOptions"]["MasterUserName"] == "admin"
    password = json.dumps(options["MasterUserOptions"]["MasterUserPassword"])
    assert "{{resolve:secretsmanager:" in password
    assert ":SecretString:password::}}" in password


def test_two_data_nodes_stand_in_two_zones_without_standby(domain: Resource) -> None:
    assert domain["ClusterConfig"] == {
        "DedicatedMasterEnabled": False,
        "InstanceCount": 2,
        "InstanceType": "t3.medium.search",
        "MultiAZWithStandbyEnabled": False,
        "ZoneAwarenessConfig": {"AvailabilityZoneCount": 2},
        "ZoneAwarenessEnabled": True,
    }
    assert domain["EBSOptions"] == {"EBSEnabled": True, "VolumeSize": 50, "VolumeType": "gp3"}


def test_a_single_node_stands_in_one_zone_and_its_indices_have_no_replica() -> None:
    templates = synthesise(instance_count=1)

    cluster = templates.only(DOMAIN)["Properties"]["ClusterConfig"]
    assert (cluster["InstanceCount"], cluster["ZoneAwarenessEnabled"]) == (1, False)
    assert templates.only("Custom::SgLensSearchSetup")["Properties"]["IndexReplicas"] == "0"


def test_the_engine_is_the_configured_one_and_can_be_upgraded(templates: Templates) -> None:
    domain = templates.only(DOMAIN)

    assert domain["Properties"]["EngineVersion"] == "OpenSearch_2.19"
    assert domain["UpdatePolicy"] == {"EnableVersionUpgrade": True}


@pytest.mark.parametrize(
    ("position", "role", "actions", "paths"),
    [
        (0, "FlowIngestRole", "es:ESHttpPost", ["/_bulk"]),
        (1, "IndexPageRole", "es:ESHttpPost", ["/flows-*/_search"]),
        (
            2,
            "RuleUsageRole",
            "es:ESHttpPost",
            ["/flows-*/_refresh", "/flows-*/_search", "/rule-usage/_bulk", "/rule-usage/_search"],
        ),
        (3, "RuleUsageRole", "es:ESHttpGet", ["/flows-*/_alias"]),
        (4, "RuleUsageRole", "es:ESHttpDelete", ["/flows-*"]),
        (5, "AdvisorRole", "es:ESHttpPost", ["/flows-*/_search", "/rule-usage/_search"]),
        (6, "SearchSetupRole", ["es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"], ["/*"]),
    ],
)
def test_the_policy_lets_in_the_role_of_a_function_for_what_the_function_does(
    domain: Resource, position: int, role: str, actions: object, paths: list[str]
) -> None:
    statement = get_statements(domain)[position]

    logical_id = statement["Principal"]["AWS"]["Fn::GetAtt"][0]
    assert logical_id.removesuffix(logical_id[-8:]) == role
    assert statement["Action"] == actions
    assert sorted(each["Fn::Join"][1][-1] for each in as_list(statement["Resource"])) == paths
    assert "Condition" not in statement


def test_the_policy_lets_in_people_from_the_allowed_ranges_only() -> None:
    ranges = ["203.0.113.0/24", "2001:db8::/32"]
    domain = synthesise(allowed_cidrs=ranges).only(DOMAIN)["Properties"]

    statement = get_statements(domain)[7]

    assert statement["Principal"] == {"AWS": "*"}
    assert statement["Condition"] == {"IpAddress": {"aws:SourceIp": ranges}}


def test_the_policy_opens_two_mappings_for_the_bootstrap_and_nothing_else(domain: Resource) -> None:
    statements = get_statements(domain)

    door = statements[8]

    assert len(statements) == 9
    assert door["Action"] == "es:ESHttpPatch"
    assert [resource["Fn::Join"][1][-1] for resource in door["Resource"]] == [
        "/_plugins/_security/api/rolesmapping/all_access",
        "/_plugins/_security/api/rolesmapping/security_manager",
    ]


def test_the_policy_names_the_domain_by_the_name_that_it_gets(domain: Resource) -> None:
    arn = get_statements(domain)[6]["Resource"]["Fn::Join"][1]

    assert arn[-3:] == [":domain/", domain["DomainName"], "/*"]


def test_the_name_comes_from_the_stack_so_that_a_retained_domain_is_not_in_the_way(domain: Resource) -> None:
    stack_uuid = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}

    assert domain["DomainName"] == {
        "Fn::Join": ["-", ["sg-lens", {"Fn::Select": [0, {"Fn::Split": ["-", stack_uuid]}]}]]
    }


def test_people_with_ipv6_get_an_endpoint_that_has_it() -> None:
    templates = synthesise(allowed_cidrs=["2001:db8::/32"])

    assert templates.only(DOMAIN)["Properties"]["IPAddressType"] == "dualstack"
    assert "DomainEndpointV2" in json.dumps(templates.root["Outputs"]["DashboardsUrl"])


def test_both_users_have_a_random_password_of_40_characters(templates: Templates) -> None:
    secrets = templates.of_type("AWS::SecretsManager::Secret").values()

    generated = [secret["Properties"]["GenerateSecretString"] for secret in secrets]

    assert [each["PasswordLength"] for each in generated] == [40, 40]
    assert [json.loads(each["SecretStringTemplate"]) for each in generated] == [
        {"username": "admin"},
        {"username": "viewer"},
    ]


def test_only_a_retained_domain_carries_the_tag_that_finds_it_again(
    domain: Resource, retaining: Templates
) -> None:
    assert "Tags" not in domain
    assert retaining.only(DOMAIN)["Properties"]["Tags"] == [{"Key": "sg-lens:retained", "Value": "true"}]


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
