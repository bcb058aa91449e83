"""What is in a domain when it begins, and what is left of it when it ends."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from tests.local.emulator.domains import access_policy, ask, create_domain, delete_domain, let_in_from
from tests.local.emulator.emulated import allow, assume, deploy, destroy, make_role, read_outputs
from tests.local.search.callers import MASTER, Signed


def test_without_a_domain_nobody_gets_in(cloud: LocalCloud) -> None:
    role_arn = make_role(cloud, allow("es:*"), trusted={"AWS": cloud.account})

    assert ask(cloud, Signed(assume(cloud, role_arn))).status_code == 403


def test_a_domain_ends_with_its_data_roles_and_users(cloud: LocalCloud) -> None:
    name = create_domain(cloud)
    api = "/_plugins/_security/api"
    cloud.engine.request("PUT", "/_index_template/flows", {"index_patterns": ["flows-*"]})
    cloud.engine.request("PUT", "/flows-2026.01.01/_doc/1", {"a": 1})
    cloud.engine.request("PUT", f"{api}/roles/sg_lens_viewer", {"cluster_permissions": []})
    cloud.engine.request("PUT", f"{api}/rolesmapping/sg_lens_viewer", {"users": ["viewer"]})
    cloud.engine.request("PUT", f"{api}/internalusers/viewer", {"password": MASTER[1]})

    delete_domain(cloud, name)

    paths = [
        "/flows-2026.01.01",
        "/_index_template/flows",
        *(f"{api}/{kind}" for kind in ("roles/sg_lens_viewer", "rolesmapping/sg_lens_viewer")),
        *(f"{api}/internalusers/{user}" for user in ("viewer", MASTER[0])),
    ]
    assert [cloud.engine.request("GET", path).status for path in paths] == [404] * 6


def test_a_master_user_with_a_weak_password_is_refused(cloud: LocalCloud) -> None:
    with pytest.raises(ClientError, match="special character"):
        create_domain(cloud, password="lowercaseonly")

    assert cloud.client("opensearch").list_domain_names()["DomainNames"] == []


def test_a_domain_tells_the_front_doors_endpoint_and_its_tags(cloud: LocalCloud) -> None:
    opensearch = cloud.client("opensearch")
    name = create_domain(cloud)

    status = opensearch.describe_domain(DomainName=name)["DomainStatus"]
    opensearch.add_tags(ARN=status["ARN"], TagList=[{"Key": "app", "Value": "sg-lens"}])

    assert status["Endpoint"] == cloud.search_endpoint
    assert opensearch.list_tags(ARN=status["ARN"])["TagList"] == [{"Key": "app", "Value": "sg-lens"}]
    assert [d["DomainName"] for d in opensearch.list_domain_names()["DomainNames"]] == [name]
    delete_domain(cloud, name)


def test_the_youngest_domain_has_the_engine(cloud: LocalCloud) -> None:
    older = create_domain(cloud, let_in_from("127.0.0.1/32"))
    younger = create_domain(cloud)

    status = ask(cloud, MASTER).status_code

    delete_domain(cloud, younger)
    delete_domain(cloud, older)
    assert status == 403


def test_a_stack_sets_the_master_user_from_its_secret(cloud: LocalCloud) -> None:
    options: dict[str, Any] = {
        "SecretStringTemplate": '{"username": "master"}',
        "GenerateStringKey": "password",
        "ExcludeCharacters": "\"'\\/@ :",
    }
    domain = {
        "AccessPolicies": json.loads(access_policy(let_in_from("127.0.0.1/32"))),
        "AdvancedSecurityOptions": {
            "Enabled": True,
            "InternalUserDatabaseEnabled": True,
            "MasterUserOptions": {
                "MasterUserName": "master",
                "MasterUserPassword": {
                    "Fn::Sub": "{{resolve:secretsmanager:${Secret}:SecretString:password::}}"
                },
            },
        },
    }
    resources = {
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"GenerateSecretString": options}},
        "Domain": {"Type": "AWS::OpenSearchService::Domain", "Properties": domain},
    }
    stack = deploy(cloud, resources, {"Secret": {"Ref": "Secret"}})

    arn = read_outputs(cloud, stack)["Secret"]
    secret = json.loads(cloud.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
    assert ask(cloud, ("master", secret["password"])).status_code == 200
    assert destroy(cloud, stack) == "DELETE_COMPLETE"
