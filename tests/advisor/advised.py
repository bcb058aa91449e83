"""The function's parts over moto's S3 and the real engine, under the function's role."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from adapters.advice_run_store import AdviceRunStore
from adapters.inventory_store import InventoryStore
from adapters.report_store import ReportStore
from adapters.summary_store import SummaryStore
from adapters.usage_index import UsageIndex
from advisor.publish import Advisor, Outcome, Stores
from advisor.request import AdviceRequest
from domain.advice_settings import AdviceSettings
from domain.inventory_day import InventoryDay, observe, utc_day
from domain.usage_document import to_usage_document
from pages.report_page import ReportLinks
from tests.adapters.aws import BUCKET
from tests.adapters.fake_time import FakeTime
from tests.adapters.flow_days import ADVISOR_ARN, make_reader
from tests.domain.examples import ENI, GROUP, INVENTORY, MIDNIGHT, PEER, RULE
from tests.domain.made_usage import EVIDENCE, USAGE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from adapters.search_reader import SearchReader
    from domain.inventory import Inventory
    from domain.usage import GroupEvidence, RuleUsage
    from local.search.engine import Engine

SITE = "sg-lens-site"
DAY = 86_400
QUARTER = 900
WINDOW_DAYS = 2
SETTINGS = AdviceSettings(window_days=WINDOW_DAYS)
LINKS = ReportLinks("https://search.example.com/_dashboards")
DATABASE = replace(GROUP, group_id="sg-0bbbbbbbbbbbbbbbb", group_name="database")
SPARE = replace(GROUP, group_id="sg-0ccccccccccccccccc", group_name="spare")
UNUSED = replace(RULE, rule_id="sgr-0bbbbbbbbbbbbbbbb", group_id=DATABASE.group_id)
VPC = replace(
    INVENTORY,
    observed_at=MIDNIGHT,
    network_interfaces=(ENI, PEER),
    security_groups=(GROUP, DATABASE, SPARE),
    security_group_rules=(RULE, UNUSED),
)
GROUP_IDS = tuple(group.group_id for group in VPC.security_groups)
FILES = {"index.html", "report.json", "fix.sh", "undo.sh", "rules.tf", "rules.yaml"}


@dataclass
class World:
    """`clock` shows the function's time; the inventory is the same on each day until it is said to change."""

    s3: S3Client
    engine: Engine
    clock: FakeTime
    seconds: float = 800.0
    """That a run of the function has."""
    _latest: dict[str, InventoryDay] = field(default_factory=dict)

    @classmethod
    def make(cls, s3: S3Client, engine: Engine) -> Self:
        """At noon of the third day. The first two groups' interfaces have logged all the time, and the rule
        of the first one was used."""
        world = cls(s3, engine, FakeTime(MIDNIGHT + 2 * DAY + DAY // 2))
        s3.create_bucket(Bucket=SITE)
        s3.put_object(Bucket=SITE, Key="index.html", Body=b"")
        for day in range(3):
            world.observe(replace(VPC, observed_at=MIDNIGHT + day * DAY))
            world.write(replace(USAGE, day=utc_day(MIDNIGHT + day * DAY)))
            for group_id, eni in ((GROUP.group_id, ENI), (DATABASE.group_id, PEER)):
                hours = replace(EVIDENCE.interfaces[0], interface_id=eni.interface_id, logged=0b111)
                day_text = utc_day(MIDNIGHT + day * DAY)
                world.write(replace(EVIDENCE, group_id=group_id, day=day_text, interfaces=(hours,)))
        return world

    @property
    def stores(self) -> Stores:
        return Stores(
            inventories=InventoryStore(self.s3, BUCKET),
            runs=AdviceRunStore(self.s3, BUCKET),
            summaries=SummaryStore(self.s3, BUCKET),
            reports=ReportStore(self.s3, SITE),
        )

    def observe(self, inventory: Inventory) -> None:
        """At the inventory's own time, which only goes on."""
        before = self._latest.get(inventory.vpc_id)
        day = self._latest[inventory.vpc_id] = observe(before, inventory)
        store = self.stores.inventories
        stored = store.load(inventory.vpc_id, day.day) if before and before.day == day.day else None
        store.save(day, stored.etag if stored else None)

    def write(self, *documents: RuleUsage | GroupEvidence) -> None:
        UsageIndex(make_reader(self.engine)).write(map(to_usage_document, documents), records=1)

    def advisor(self, reader: SearchReader | None = None, made_with: str = "code") -> Advisor:
        return Advisor(
            stores=self.stores,
            reader=reader or make_reader(self.engine, ADVISOR_ARN, self.clock.pace(self.seconds)),
            settings=SETTINGS,
            made_with=made_with,
            region="us-east-1",
            links=LINKS,
            clock=self.clock,
        )

    def run(self, **request: object) -> Outcome:
        return self.advisor().run(AdviceRequest.parse(request))

    def run_due(self) -> list[str]:
        """The groups that get a report when the schedule asks the next time."""
        self.clock.now += QUARTER
        return [summary.group_id for summary in self.run(only_due=True).summaries]

    def summarized(self) -> list[str]:
        return [summary.group_id for summary in self.stores.summaries.load()]

    def folders(self) -> dict[str, set[str]]:
        """Names of files by group id."""
        return {group_id: set(stored) for group_id, stored in self.stores.reports.list_all().items()}

    def report(self, group_id: str = GROUP.group_id) -> dict[str, Any]:
        body = self.s3.get_object(Bucket=SITE, Key=f"groups/{group_id}/report.json")["Body"].read()
        report: dict[str, Any] = json.loads(gzip.decompress(body))
        return report

    def made_at(self) -> dict[str, int]:
        """By group id, as the reports themselves say."""
        return {group_id: self.report(group_id)["made_at"] for group_id in self.folders()}

    def keys(self, bucket: str) -> list[str]:
        return [item["Key"] for item in self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
