from typing import Any

import pytest

from tests.stacks.synthesis import Templates, synthesise

BUCKETS = ("Data", "Failed", "Site")


def get_statements(templates: Templates, bucket: str) -> list[dict[str, Any]]:
    policy = templates.at(f"DataStore/{bucket}/Policy/Resource")
    statements: list[dict[str, Any]] = policy["Properties"]["PolicyDocument"]["Statement"]
    return statements


def get_lifecycle(templates: Templates, bucket: str) -> list[dict[str, Any]]:
    properties = templates.at(f"DataStore/{bucket}/Resource")["Properties"]
    rules: list[dict[str, Any]] = properties["LifecycleConfiguration"]["Rules"]
    return rules


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_private_and_encrypted_and_has_no_acls(templates: Templates, bucket: str) -> None:
    properties = templates.at(f"DataStore/{bucket}/Resource")["Properties"]

    assert all(properties["PublicAccessBlockConfiguration"].values())
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_refuses_requests_without_tls(templates: Templates, bucket: str) -> None:
    denial = get_statements(templates, bucket)[0]

    assert (denial["Effect"], denial["Action"], denial["Principal"]) == ("Deny", "s3:*", {"AWS": "*"})
    assert denial["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_keeps_no_old_versions_and_no_unfinished_uploads(templates: Templates, bucket: str) -> None:
    properties = templates.at(f"DataStore/{bucket}/Resource")["Properties"]

    assert "VersioningConfiguration" not in properties
    assert get_lifecycle(templates, bucket)[0] == {
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        "Status": "Enabled",
    }


def test_only_rejected_lines_expire_and_as_late_as_flows_would() -> None:
    templates = synthesise(retention_days=90)

    expiring = [
        (bucket, rule)
        for bucket in BUCKETS
        for rule in get_lifecycle(templates, bucket)
        if "ExpirationInDays" in rule
    ]

    assert expiring == [("Data", {"ExpirationInDays": 90, "Prefix": "rejected/", "Status": "Enabled"})]


def test_the_site_can_be_read_from_the_allowed_ranges_and_not_be_listed() -> None:
    ranges = ["203.0.113.0/24", "2001:db8::/32"]

    _, reading = get_statements(synthesise(allowed_cidrs=ranges), "Site")

    assert (reading["Effect"], reading["Action"], reading["Principal"]) == (
        "Allow",
        "s3:GetObject",
        {"AWS": "*"},
    )
    assert reading["Condition"] == {"IpAddress": {"aws:SourceIp": ranges}}


@pytest.mark.parametrize(
    ("ranges", "attribute"),
    [
        (["203.0.113.0/24"], "RegionalDomainName"),
        (["203.0.113.0/24", "2001:db8::/32"], "DualStackDomainName"),
    ],
)
def test_the_site_is_reached_by_an_endpoint_that_sees_the_addresses_that_are_let_in(
    ranges: list[str], attribute: str
) -> None:
    url = synthesise(allowed_cidrs=ranges).root["Outputs"]["IndexPage"]["Value"]["Fn::Join"][1]

    assert url == ["https://", {"Fn::GetAtt": ["DataStoreSite1C5D6949", attribute]}, "/index.html"]


def test_the_other_buckets_let_nobody_in_by_policy(templates: Templates) -> None:
    assert len(get_statements(templates, "Data")) == 1
    assert len(get_statements(templates, "Failed")) == 1


def test_the_site_policy_leaves_out_ranges_that_block_public_access_refuses() -> None:
    mixed = synthesise(allowed_cidrs=["0.0.0.0/0", "203.0.113.0/24"], allow_public=True)
    public = synthesise(allowed_cidrs=["0.0.0.0/0"], allow_public=True)

    assert get_statements(mixed, "Site")[1]["Condition"] == {
        "IpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}
    }
    assert len(get_statements(public, "Site")) == 1
