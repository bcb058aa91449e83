import json
from typing import Any

import pytest

from tests.stacks.synthesis import Resource, Templates

DOMAIN = "arn:<Partition>:es:<Region>:<AccountId>:domain"
LOG = {"logs:CreateLogStream own log", "logs:PutLogEvents own log"}

FLOW_INGEST = LOG | {
    "s3:GetObject data/inventory/*",
    "s3:ListBucket data below inventory/*",
    "s3:PutObject data/rejected/*",
    "s3:PutObject failed/*",
    "s3:ListBucket failed",
}
INDEX_PAGE = LOG | {
    "s3:GetObject data/inventory/*",
    "s3:ListBucket data below inventory/*",
    "s3:GetObject data/index_page/traffic.json.gz",
    "s3:PutObject data/index_page/traffic.json.gz",
    "s3:ListBucket data below index_page/traffic.json.gz*",
    "s3:GetObject data/advisor/summaries.json.gz",
    "s3:ListBucket data below advisor/summaries.json.gz*",
    "s3:GetObject site/index.html",
    "s3:PutObject site/index.html",
    "s3:ListBucket site below index.html*",
}
RENEWING = {"lambda:InvokeFunction index_page", "lambda:InvokeFunction index_page:$LATEST"}
RULE_USAGE = LOG | {"s3:GetObject data/inventory/*", "s3:ListBucket data below inventory/*"}
ADVISOR = (
    LOG
    | RENEWING
    | {
        "s3:GetObject data/inventory/*",
        "s3:ListBucket data below inventory/*",
        "s3:GetObject data/advisor/*",
        "s3:PutObject data/advisor/*",
        "s3:ListBucket data below advisor/*",
        "s3:ListBucket site below index.html*",
        "s3:GetObject site/groups/*",
        "s3:PutObject site/groups/*",
        "s3:DeleteObject site/groups/*",
        "s3:ListBucket site below groups/*",
    }
)
INVENTORY_SYNC = (
    LOG
    | RENEWING
    | {
        "ec2:DescribeManagedPrefixLists *",
        "ec2:DescribeNetworkInterfaces *",
        "ec2:DescribeSecurityGroupRules *",
        "ec2:DescribeSecurityGroups *",
        "ec2:DescribeSubnets *",
        "ec2:GetManagedPrefixListEntries *",
        "s3:GetObject data/inventory/*",
        "s3:PutObject data/inventory/*",
        "s3:ListBucket data below inventory/*",
    }
)
REDRIVE = LOG | {
    "s3:GetObject failed/*",
    "s3:PutObject failed/*",
    "s3:DeleteObject failed/*",
    "s3:ListBucket failed",
    "s3:GetObject data/rejected/*",
    "s3:DeleteObject data/rejected/*",
    "s3:ListBucket data below rejected/*",
    "lambda:InvokeFunction flow_ingest",
    "lambda:InvokeFunction flow_ingest:$LATEST",
}
SET_UP = (
    LOG
    | RENEWING
    | {
        "secretsmanager:DescribeSecret master",
        "secretsmanager:GetSecretValue master",
        "secretsmanager:DescribeSecret viewer",
        "secretsmanager:GetSecretValue viewer",
        "es:ListDomainNames *",
        f"es:ListTags {DOMAIN}/*",
    }
)
EMPTYING = {
    permission
    for bucket in ("data", "failed", "site")
    for permission in (
        f"s3:ListBucketVersions {bucket}",
        f"s3:ListBucketMultipartUploads {bucket}",
        f"s3:AbortMultipartUpload {bucket}/*",
        f"s3:DeleteObject {bucket}/*",
        f"s3:DeleteObjectVersion {bucket}/*",
    )
}


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        ("AdvisorRole/Role", ADVISOR),
        ("FlowIngestRole/Role", FLOW_INGEST),
        ("IndexPageRole/Role", INDEX_PAGE),
        ("InventorySync/Role/Role", INVENTORY_SYNC),
        ("Redrive/Role/Role", REDRIVE),
        ("RuleUsageRole/Role", RULE_USAGE),
        ("SearchSetupRole/Role", SET_UP | EMPTYING),
    ],
)
def test_a_function_may_do_what_it_needs_and_nothing_else(
    templates: Templates, role: str, permissions: set[str]
) -> None:
    assert get_permissions(templates, role) == permissions


def test_search_setup_may_delete_nothing_where_data_is_retained(retaining: Templates) -> None:
    assert get_permissions(retaining, "SearchSetupRole/Role") == SET_UP


def test_no_role_has_a_managed_policy(templates: Templates) -> None:
    roles = [each["Properties"] for each in templates.all_resources() if each["Type"] == "AWS::IAM::Role"]

    assert len(roles) == 9
    assert not [role for role in roles if "ManagedPolicyArns" in role or "Policies" in role]


def test_nobody_may_create_a_log_group_which_would_come_back_after_destroy(templates: Templates) -> None:
    everything = json.dumps(templates.all_resources())

    assert "CreateLogGroup" not in everything
    assert '"logs:*"' not in everything


def get_permissions(templates: Templates, role_path: str) -> set[str]:
    """Each as "action resource", with resources in the words of `describe`."""
    policy = templates.at(f"{role_path}/DefaultPolicy/Resource")
    return {
        f"{action} {describe(resource)}{describe_condition(statement)}"
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


def describe(resource: object) -> str:
    match resource:
        case {"Fn::GetAtt": [name, _]} | {"Ref": name}:
            return name_resource(str(name))
        case {"Fn::Join": ["", [*parts]]}:
            return "".join(map(describe, parts))
        case _:
            return str(resource)


def name_resource(logical_id: str) -> str:
    if logical_id.startswith("AWS::"):
        return f"<{logical_id.removeprefix('AWS::')}>"
    return {
        "DataStoreData": "data",
        "DataStoreFailed": "failed",
        "DataStoreSite": "site",
        "SearchUsersMaster": "master",
        "SearchUsersViewer": "viewer",
        "AdvisorRoleLog": "own log",
        "FlowIngestFunction": "flow_ingest",
        "FlowIngestRoleLog": "own log",
        "IndexPageFunction": "index_page",
        "IndexPageRoleLog": "own log",
        "InventorySyncRoleLog": "own log",
        "RedriveRoleLog": "own log",
        "RuleUsageRoleLog": "own log",
        "SearchSetupRoleLog": "own log",
    }[logical_id[:-8]]


def describe_condition(statement: Resource) -> str:
    if "Condition" not in statement:
        return ""
    return f" below {statement['Condition']['StringLike']['s3:prefix']}"


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
