from __future__ import annotations

import gzip
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from adapters.inventory_store import InventoryStore
from adapters.site_store import SiteStore
from adapters.summary_store import KEY as SUMMARIES
from adapters.traffic_store import KEY as TRAFFIC
from domain.errors import IndexPageError
from domain.group_summary import GroupSummary
from index_page.publish import PAGE
from index_page.request import PublishRequest
from tests.adapters.aws import BUCKET
from tests.domain.examples import ENI, GROUP, INVENTORY, VPC_ID
from tests.index_page.published import HOUR, NOW, SITE, World

if TYPE_CHECKING:
    from collections.abc import Callable

SUMMARY = GroupSummary(GROUP.group_id, NOW - HOUR, {"unused": 2}, 0, 31, "attached", 2, VPC_ID, 2)
CREATE = PublishRequest(create=True)
RENEW = PublishRequest()
RENEW_FROM_STORED = PublishRequest(stored_traffic=True)


@dataclass(frozen=True, slots=True)
class Watched(InventoryStore):
    """Something happens while a page is built: after it began to read the inventories."""

    meanwhile: Callable[[], object]

    def list_vpc_ids(self) -> tuple[str, ...]:
        # Without super(), which a class with slots of its own doesn't find.
        found = InventoryStore.list_vpc_ids(self)
        self.meanwhile()
        return found


def once(action: Callable[[], object]) -> Callable[[], object]:
    left = [action]

    def act() -> None:
        while left:
            left.pop()()

    return act


def replace_page(world: World, html: bytes) -> None:
    site = SiteStore(world.s3, SITE)
    site.put_page(PAGE, html, site.get_etag(PAGE))


def test_the_page_shows_inventory_and_traffic(world: World) -> None:
    world.save(INVENTORY)
    world.record(NOW - 60)
    world.record(NOW - 90, action="REJECT")
    world.record(NOW - 120, group_ids=[], attribution="no_inventory")
    world.record(NOW - 150, attribution="rules", rule_match="sole", rule_ids=["sgr-0aaaaaaaaaaaaaaaa"])

    assert world.publisher().publish(CREATE) is True

    page = world.page()
    (group,) = page["groups"]
    assert (group["group_id"], group["group_name"]) == (GROUP.group_id, GROUP.group_name)
    assert (page["interfaces"][group["interfaces"][0]]["interface_id"]) == ENI.interface_id
    assert (group["records"], page["records"], page["no_inventory"]) == (3, 4, 1)
    assert (group["sole"], page["sole"]) == (1, 1)
    assert (page["made_at"], page["end"]) == (NOW, NOW)
    assert [vpc["vpc_id"] for vpc in page["vpcs"]] == [VPC_ID]


def test_an_empty_deployment_has_a_page_already(world: World) -> None:
    world.publisher().publish(CREATE)

    assert (world.page()["groups"], world.page()["records"]) == ([], 0)


def test_a_renewal_replaces_the_page(world: World) -> None:
    world.publisher().publish(CREATE)
    world.clock.now += HOUR

    assert world.publisher().publish(RENEW) is True

    assert world.page()["made_at"] == NOW + HOUR


@pytest.mark.parametrize("request_", [RENEW, RENEW_FROM_STORED])
def test_a_renewal_makes_nothing_in_an_emptied_bucket_and_tells_how_it_comes_back(
    world: World, capsys: pytest.CaptureFixture[str], request_: PublishRequest
) -> None:
    world.save(INVENTORY)

    assert world.publisher().publish(request_) is False

    assert world.keys(SITE) == []
    assert TRAFFIC not in world.keys(BUCKET)
    assert "RenewIndexPage" in capsys.readouterr().out


def test_a_renewal_does_not_bring_back_a_page_that_was_deleted_while_it_was_built(world: World) -> None:
    world.publisher().publish(CREATE)
    inventories = Watched(world.s3, BUCKET, lambda: world.s3.delete_object(Bucket=SITE, Key=PAGE))

    assert world.publisher(inventories).publish(RENEW) is False

    assert world.keys(SITE) == []


def test_a_page_of_an_older_inventory_never_replaces_that_of_a_newer_one(world: World) -> None:
    world.publisher().publish(CREATE)

    def change_and_publish() -> None:
        world.save(INVENTORY)
        world.publisher().publish(RENEW_FROM_STORED)

    world.publisher(Watched(world.s3, BUCKET, once(change_and_publish))).publish(RENEW)

    assert [group["group_id"] for group in world.page()["groups"]] == [GROUP.group_id]


def test_a_page_of_older_traffic_never_replaces_that_of_newer(world: World) -> None:
    world.record(NOW - 60)
    world.publisher().publish(CREATE)

    def count_anew_and_publish() -> None:
        world.record(NOW - 30)
        world.publisher().publish(RENEW)

    publisher = world.publisher(Watched(world.s3, BUCKET, once(count_anew_and_publish)))
    publisher.publish(RENEW_FROM_STORED)

    assert world.page()["records"] == 2


def test_who_is_always_overtaken_gives_up_with_an_error(world: World) -> None:
    world.publisher().publish(CREATE)
    counter = iter(range(100))
    inventories = Watched(world.s3, BUCKET, lambda: replace_page(world, b"%d" % next(counter)))

    with pytest.raises(IndexPageError, match=f"{PAGE} was written by others 3 times"):
        world.publisher(inventories).publish(RENEW)

    assert next(counter) == 3


def test_two_that_make_the_first_page_at_once_both_succeed(world: World) -> None:
    inventories = Watched(world.s3, BUCKET, once(lambda: world.publisher().publish(CREATE)))

    assert world.publisher(inventories).publish(CREATE) is True

    assert world.keys(SITE) == [PAGE]


def test_a_change_of_the_inventory_is_shown_with_the_traffic_of_the_last_page(world: World) -> None:
    world.record(NOW - 60)
    world.publisher().publish(CREATE)
    world.clock.now += HOUR
    world.record(NOW + 60)
    world.save(INVENTORY)

    world.publisher().publish(RENEW_FROM_STORED)

    page = world.page()
    assert (page["records"], page["end"], page["made_at"]) == (1, NOW, NOW + HOUR)
    assert page["groups"][0]["group_name"] == GROUP.group_name


def test_traffic_that_is_two_hours_old_is_counted_anew(world: World) -> None:
    world.record(NOW - 60)
    world.publisher().publish(CREATE)

    world.clock.now = NOW + 2 * HOUR - 1
    world.publisher().publish(RENEW_FROM_STORED)
    assert world.page()["end"] == NOW

    world.clock.now = NOW + 2 * HOUR
    world.publisher().publish(RENEW_FROM_STORED)
    assert world.page()["end"] == NOW + 2 * HOUR


def test_a_window_without_a_record_is_counted_anew(world: World) -> None:
    world.publisher().publish(CREATE)
    world.record(NOW + 30)
    world.clock.now += 60

    world.publisher().publish(RENEW_FROM_STORED)

    assert world.page()["records"] == 1


def test_what_was_counted_anew_is_kept(world: World) -> None:
    world.record(NOW - 60)
    world.publisher().publish(CREATE)
    world.clock.now += 2 * HOUR
    world.publisher().publish(RENEW_FROM_STORED)
    world.clock.now += 60

    world.publisher().publish(RENEW_FROM_STORED)

    assert world.page()["end"] == NOW + 2 * HOUR


def test_the_hourly_renewal_counts_the_traffic_anew_whatever_is_kept(world: World) -> None:
    world.record(NOW - 60)
    world.publisher().publish(CREATE)
    world.s3.put_object(Bucket=BUCKET, Key=TRAFFIC, Body=b"damaged")
    world.clock.now += HOUR

    world.publisher().publish(RENEW)
    world.clock.now += 60
    world.publisher().publish(RENEW_FROM_STORED)

    assert world.page()["end"] == NOW + HOUR


def test_kept_traffic_that_is_damaged_is_counted_anew(world: World) -> None:
    world.publisher().publish(CREATE)
    world.s3.put_object(Bucket=BUCKET, Key=TRAFFIC, Body=b"damaged")
    world.clock.now += 60

    world.publisher().publish(RENEW_FROM_STORED)

    assert world.page()["end"] == NOW + 60


def test_traffic_that_the_version_before_attribution_kept_is_counted_anew(world: World) -> None:
    world.publisher().publish(CREATE)
    kept = gzip.compress(
        b'{"end":%d,"groups":[],"no_inventory":3,"records":40,"start":%d}' % (NOW, NOW - 7 * 86_400)
    )
    world.s3.put_object(Bucket=BUCKET, Key=TRAFFIC, Body=kept)
    world.clock.now += 60

    world.publisher().publish(RENEW_FROM_STORED)

    assert (world.page()["end"], world.page()["records"]) == (NOW + 60, 0)


def test_a_group_that_is_gone_keeps_its_name_while_it_has_traffic(world: World) -> None:
    day = 86_400
    gone = replace(GROUP, group_id="sg-0ddddddddddddddddd", group_name="retired")
    world.save(replace(INVENTORY, security_groups=(GROUP, gone)))
    world.record(NOW - 60, group_ids=[gone.group_id])
    world.save(replace(INVENTORY, observed_at=INVENTORY.observed_at + 3 * day))
    world.clock.now += 3 * day

    world.publisher().publish(CREATE)

    names = {group["group_name"]: group["gone_at"] for group in world.page()["groups"]}
    assert names == {GROUP.group_name: None, "retired": INVENTORY.observed_at}


@pytest.mark.parametrize("request_", [RENEW, RENEW_FROM_STORED])
def test_the_page_shows_what_the_reports_say(world: World, request_: PublishRequest) -> None:
    world.save(INVENTORY)
    world.publisher().publish(CREATE)
    world.summaries.save([SUMMARY], etag=None)

    world.publisher().publish(request_)

    (group,) = world.page()["groups"]
    assert group["summary"] == {
        "made_at": NOW - HOUR,
        "verdicts": {"unused": 2},
        "score": 0,
        "worth": 31,
        "attachment": "attached",
        "changes": 2,
        "revokes": 2,
    }
    assert world.page()["has_verdicts"] is True


def test_before_the_first_report_the_page_shows_no_verdicts(world: World) -> None:
    world.save(INVENTORY)

    world.publisher().publish(CREATE)

    (group,) = world.page()["groups"]
    assert (group["summary"], world.page()["has_verdicts"]) == (None, False)


def test_summaries_that_are_damaged_cost_the_page_its_verdicts_alone(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.save(INVENTORY)
    world.s3.put_object(Bucket=BUCKET, Key=SUMMARIES, Body=b"damaged")

    assert world.publisher().publish(CREATE) is True

    assert world.page()["groups"][0]["summary"] is None
    assert SUMMARIES in capsys.readouterr().out
