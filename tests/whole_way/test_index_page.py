"""The index page in the site bucket: who may read it, and that it follows the inventory and the traffic."""

import json
import re
import time
from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Browser

from domain.subscription_event import document_id
from local.browser import open_page
from local.search.faults import Fault
from tests.whole_way.deployment import ALLOWED, Deployment
from tests.whole_way.lines import make_line
from tests.whole_way.people import Person

HOSTILE = "<img src=x onerror=alert(1)>"
DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>')


def _page_url(deployment: Deployment) -> str:
    return f"{deployment.cloud.endpoint_url}/{deployment.outputs['SiteBucket']}/index.html"


def _read_page(deployment: Deployment) -> str:
    answer = Person.fetch(_page_url(deployment), ALLOWED)
    assert answer.status == 200, answer.data
    return answer.data.decode()


def _read_data(deployment: Deployment) -> dict[str, Any]:
    found = DATA.search(_read_page(deployment))
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def _read_groups(deployment: Deployment) -> dict[str, dict[str, Any]]:
    return {group["group_id"]: group for group in _read_data(deployment)["groups"]}


def test_the_deployment_itself_publishes_the_page(deployment: Deployment) -> None:
    answer = Person.fetch(_page_url(deployment), ALLOWED)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert deployment.outputs["IndexPage"].endswith("/index.html")


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.3"])
def test_the_page_is_for_the_allowed_addresses_alone(deployment: Deployment, address: str) -> None:
    assert Person.get(_page_url(deployment), address) == 403


def test_a_new_group_appears_with_the_next_inventory(deployment: Deployment, browser: Browser) -> None:
    ec2 = deployment.cloud.client("ec2")
    group_id = ec2.create_security_group(
        GroupName=HOSTILE, Description=HOSTILE, VpcId=deployment.sample.vpc_id
    )["GroupId"]

    deployment.sync_inventory()
    deployment.wait_until(lambda: group_id in _read_groups(deployment), "the page has the new group")

    html = _read_page(deployment)
    with open_page(browser) as (page, log):
        page.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        page.goto("https://site.example.com/index.html")
        row = page.locator("tr.group", has=page.get_by_text(group_id, exact=True))
        assert row.locator(".name").text_content() == HOSTILE
        assert log.errors == []
    ec2.delete_security_group(GroupId=group_id)
    deployment.sync_inventory()
    deployment.wait_until(lambda: group_id not in _read_groups(deployment), "the page has lost the group")


def test_a_renewal_counts_the_traffic_of_each_group(deployment: Deployment, master: Person) -> None:
    deployment.sync_inventory()
    group_id, interface_id = _find_carried_group(deployment)
    # flow_ingest looks for new inventories every ten seconds.
    deployment.wait_until(
        lambda: _send_one(deployment, master, interface_id) == [group_id], "flow_ingest knows the interface"
    )
    deployment.invoke("index_page")
    before = _read_groups(deployment)[group_id]
    start = int(time.time()) - 60

    events = deployment.send(f"{interface_id}-page", [make_line(interface_id, start)] * 40, start)
    deployment.wait_until(
        lambda: len(master.find(document_id(event.id) for event in events)) == len(events), "they are indexed"
    )
    deployment.invoke("index_page")

    renewed = _read_groups(deployment)[group_id]
    assert renewed["records"] == before["records"] + len(events)
    assert renewed["bytes"] == before["bytes"] + len(events) * 1000
    assert sum(renewed["accepted_bars"]) == renewed["records"] - renewed["rejected"]
    assert renewed["last_seen"] == max(start, before["last_seen"])


def _send_one(deployment: Deployment, master: Person, interface_id: str) -> list[str]:
    """The groups that a record of now is given."""
    start = int(time.time()) - 60
    stream = f"{interface_id}-{time.monotonic_ns()}"
    (event,) = deployment.send(stream, [make_line(interface_id, start)], start)
    id_ = document_id(event.id)
    deployment.wait_until(lambda: id_ in master.find([id_]), "the record is indexed")
    group_ids: list[str] = master.find([id_])[id_]["group_ids"]
    return group_ids


def _find_carried_group(deployment: Deployment) -> tuple[str, str]:
    """A group's id with that of the one interface that carries it, and no other group."""
    deployment.invoke("index_page")
    data = _read_data(deployment)
    carried = Counter(interface for group in data["groups"] for interface in group["interfaces"])
    for group in data["groups"]:
        if len(group["interfaces"]) == 1 and carried[group["interfaces"][0]] == 1:
            return group["group_id"], data["interfaces"][group["interfaces"][0]]["interface_id"]
    raise LookupError("no interface has one group, which has no other interface")


def test_a_deleted_page_comes_back_on_demand_alone(deployment: Deployment) -> None:
    s3, bucket = deployment.cloud.client("s3"), deployment.outputs["SiteBucket"]
    s3.delete_object(Bucket=bucket, Key="index.html")

    assert deployment.invoke("index_page") == {"published": False}
    assert Person.get(_page_url(deployment), ALLOWED) == 403

    assert deployment.invoke("index_page", {"create": True}) == {"published": True}
    assert Person.get(_page_url(deployment), ALLOWED) == 200


@pytest.mark.parametrize("status", [429, 503])
def test_a_domain_that_is_too_busy_leaves_the_last_page_as_it_is(deployment: Deployment, status: int) -> None:
    before = _read_page(deployment)
    deployment.cloud.control.set_faults([Fault(kind="status", match="_search", status=status, times=None)])

    with pytest.raises(AssertionError, match="SearchUnavailableError"):
        deployment.invoke("index_page")

    assert _read_page(deployment) == before
