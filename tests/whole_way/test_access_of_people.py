"""People with the passwords and from the addresses that are theirs, and no further."""

from typing import Any

import pytest

from tests.whole_way.deployment import Deployment
from tests.whole_way.people import Person

INDEX = "flows-2026.01.01"


@pytest.mark.parametrize("indices", ["flows-*", "rule-usage*"])
def test_the_viewer_may_search(deployment: Deployment, indices: str) -> None:
    viewer = deployment.person("ViewerSecret")

    assert viewer.request("GET", f"/{indices}/_search").status == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", f"/{INDEX}/_doc/x", {"@timestamp": 1}),
        ("PUT", "/rule-usage/_doc/x", {"kind": "day"}),
        ("DELETE", f"/{INDEX}", None),
        ("POST", f"/{INDEX}/_update/x", {"doc": {"end": 1}}),
        ("PUT", "/other/_doc/x", {"a": 1}),
        ("PUT", "/_index_template/flows", {"index_patterns": ["flows-*"]}),
        ("PUT", "/_plugins/_security/api/internalusers/x", {"password": "Correct-horse-9-battery"}),
    ],
)
def test_the_viewer_may_not_write(
    deployment: Deployment, method: str, path: str, body: dict[str, Any] | None
) -> None:
    viewer = deployment.person("ViewerSecret")

    assert viewer.request(method, path, body).status in {401, 403}


def test_someone_without_a_password_gets_nothing(deployment: Deployment) -> None:
    nobody = Person(deployment.cloud.search_endpoint, deployment.cloud.ca_bundle, "127.0.0.2")

    assert nobody.request("GET", "/flows-*/_search").status == 401


def test_a_wrong_password_gets_nothing(deployment: Deployment) -> None:
    guesser = Person(
        deployment.cloud.search_endpoint, deployment.cloud.ca_bundle, "127.0.0.2", ("admin", "guess")
    )

    assert guesser.request("GET", "/flows-*/_search").status == 401


def test_the_right_password_from_an_address_outside_allowed_cidrs_is_refused(deployment: Deployment) -> None:
    elsewhere = deployment.person("MasterUserSecret", address="127.0.0.3")

    answer = elsewhere.request("GET", "/flows-*/_search")

    assert answer.status == 403
    assert "not authorized to perform: es:ESHttpGet" in answer.data.decode()


def test_from_anywhere_nothing_but_the_two_mappings_can_be_tried(deployment: Deployment) -> None:
    elsewhere = deployment.person("MasterUserSecret", address="127.0.0.3")
    nothing: list[object] = []

    mapping = elsewhere.request("PATCH", "/_plugins/_security/api/rolesmapping/kibana_user", nothing)
    user = elsewhere.request("PATCH", "/_plugins/_security/api/internalusers/admin", nothing)
    read = elsewhere.request("GET", "/_plugins/_security/api/rolesmapping/all_access")

    assert [mapping.status, user.status, read.status] == [403, 403, 403]


def test_the_site_can_be_read_from_allowed_cidrs_only(deployment: Deployment) -> None:
    bucket = deployment.outputs["SiteBucket"]
    deployment.cloud.client("s3").put_object(Bucket=bucket, Key="page.html", Body=b"page")
    url = f"{deployment.cloud.endpoint_url}/{bucket}/page.html"

    inside = Person.get(url, address="127.0.0.2")
    outside = Person.get(url, address="127.0.0.3")

    assert (inside, outside) == (200, 403)
