"""The demo, step by step: a local cloud, a sample VPC, `cdk deploy`, a day of traffic, and all of it gone."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep
from typing import TYPE_CHECKING, Final

from domain.advice_settings import AdviceSettings
from local.browser import open_browser
from local.cloud import LocalCloud
from local.demo.advice import check_reports, make_reports, read_reports
from local.demo.cdk import Cdk
from local.demo.check import check_index, read_events
from local.demo.error import PART_ERRORS
from local.demo.feed import Amount, Feed, feed_day, wait_until_searchable
from local.demo.functions import invoke
from local.demo.interrupts import ignore_signals
from local.demo.leftovers import KINDS, list_resources, prove_nothing_is_left
from local.demo.offline import check_same_offline, load_inventory_days
from local.demo.page import check_page, page_url
from local.demo.pictures import take_pictures
from local.demo.search import FlowsReader
from local.demo.show import show_attribution, show_index, show_where_to_look
from local.demo.show_advice import show_advice
from local.demo.stack import read_outputs, read_user
from local.sample.interfaces import INTERFACES
from local.sample.vpc import SampleVpc, create_sample_vpc
from local.toolchain import cdk_command, engine_home

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from local.demo.console import Console
    from local.demo.leftovers import Resource

AGGREGATION_INTERVAL: Final = 600
SETTINGS: Final = AdviceSettings(window_days=1)


@dataclass(frozen=True, slots=True)
class Options:
    once: bool
    amount: Amount
    pictures: Path | None = None
    """A folder for pictures of what the demo shows."""


def run(options: Options, console: Console, directory: Path) -> None:
    console.announce("Setting up the tools: CDK CLI, OpenSearch")
    cdk_command()
    engine_home()
    with _local_cloud(console, directory) as cloud:
        sample = _create_sample(console, cloud)
        cdk = Cdk(cdk_command(), cloud, directory, _context(sample))
        with console.step("cdk bootstrap") as step:
            cdk.bootstrap(step.progress)
        with _deployed(console, cloud, cdk):
            _use(options, console, cloud, sample, directory)


def _use(options: Options, console: Console, cloud: LocalCloud, sample: SampleVpc, directory: Path) -> None:
    outputs = read_outputs(cloud)
    viewer = read_user(cloud, outputs["ViewerSecret"])
    reader = FlowsReader(cloud.search_endpoint, viewer, cloud.ca_bundle)
    feed = feed_day(console, cloud, sample, outputs["DataBucket"], options.amount)
    wait_until_searchable(console, cloud, reader, feed, outputs)
    with console.step("Summing up usage and writing the reports, which else happens each hour and day"):
        make_reports(cloud)
    with console.step("Renewing the index page, which else happens each hour"):
        invoke(cloud, "index_page", {"create": True})
    show_index(console, reader)
    show_attribution(console, reader, feed.rule_names)
    show_advice(console, read_reports(cloud, outputs["SiteBucket"]), feed.rule_names)
    url = page_url(cloud, outputs)
    if options.pictures:
        with console.step("Taking pictures"):
            take_pictures(url, reader, options.pictures)
    if options.once:
        _check(console, cloud, reader, feed, url)
        _check_advice(console, cloud, reader, feed, outputs)
    else:
        show_where_to_look(console, cloud, directory, viewer, url)
        _wait_for_ctrl_c(console, cloud)


@contextmanager
def _local_cloud(console: Console, directory: Path) -> Iterator[LocalCloud]:
    with console.step("Starting the local cloud: AWS emulator, OpenSearch, the front door before it"):
        cloud = LocalCloud.start(directory / "cloud")
    try:
        yield cloud
    except PART_ERRORS:
        # Where a part has died, that is the better explanation. A process needs a moment to be gone.
        sleep(0.2)
        cloud.check()
        raise
    finally:
        # Nobody may interrupt what sees to it that nothing is left running.
        ignore_signals()
        with console.step("Stopping the local cloud"):
            cloud.stop()


def _create_sample(console: Console, cloud: LocalCloud) -> SampleVpc:
    with console.step("Creating the sample VPC") as step:
        sample = create_sample_vpc(cloud.client("ec2"), cloud.control)
        things = {
            "subnets": sample.subnets,
            "security groups": sample.security.group_ids,
            "rules": sample.security.rule_ids,
            "network interfaces": INTERFACES,
        }
        step.result = ", ".join(f"{len(items)} {name}" for name, items in things.items())
    return sample


def _context(sample: SampleVpc) -> dict[str, str]:
    return {
        "vpc_ids": sample.vpc_id,
        "allowed_cidrs": "127.0.0.1/32",
        "aggregation_interval": str(AGGREGATION_INTERVAL),
        # All that there is: the default would ask for a month of evidence.
        "window_days": str(SETTINGS.window_days),
    }


@contextmanager
def _deployed(console: Console, cloud: LocalCloud, cdk: Cdk) -> Iterator[None]:
    """Destroys what it deployed, after a Ctrl-C too; a second one leaves that to the end of the local cloud.

    After an error nothing is destroyed: what it was about stays to be looked at in the logs.
    """
    before = list_resources(cloud)
    try:
        with console.step("cdk deploy") as step:
            cdk.deploy(step.progress)
            step.result = f"{len(list_resources(cloud) - before)} resources"
        yield
    except KeyboardInterrupt:
        console.say("Interrupted: destroying what was deployed. Ctrl-C again stops at once.")
        _destroy(console, cloud, cdk, before)
        raise
    _destroy(console, cloud, cdk, before)


def _destroy(console: Console, cloud: LocalCloud, cdk: Cdk, before: frozenset[Resource]) -> None:
    with console.step("cdk destroy") as step:
        cdk.destroy(step.progress)
    with console.step("Looking for anything left") as step:
        prove_nothing_is_left(cloud, before)
        step.result = f"no {', '.join(KINDS)}"


def _check(console: Console, cloud: LocalCloud, reader: FlowsReader, feed: Feed, url: str) -> None:
    documents = list(reader.documents())
    with console.step("Comparing every document with the line that was sent") as step:
        events = list(read_events(cloud.client("logs"), feed.flow_log.log_group, feed.traffic.streams))
        told = check_index(feed.traffic, events, documents, feed.flow_log.fields, feed.rule_names)
        step.result = f"{len(events):,} lines, each exactly one document, true in every field"
    console.say(f"Who began is unknown of {told.unknown}. All else, rules too, is as it was planted.")
    with console.step("Opening the index page in a browser and following its links") as step:
        with open_browser() as browser:
            checked = check_page(browser, url, _list_groups(cloud, feed), reader, documents)
        step.result = (
            f"{checked.groups} groups, {checked.reports} reports, {checked.links} links, each finds its "
            "group's records alone"
        )


def _check_advice(
    console: Console, cloud: LocalCloud, reader: FlowsReader, feed: Feed, outputs: Mapping[str, str]
) -> None:
    reports = read_reports(cloud, outputs["SiteBucket"])
    with console.step("Comparing each group's report with what was planted") as step:
        checked = check_reports(reports, _list_groups(cloud, feed), feed.rule_names)
        step.result = (
            f"{checked.groups} groups, {checked.rules} rules, {checked.changes} changes proposed; "
            f"{checked.replayed:,} connections replayed, none refused"
        )
    with console.step("Making the reports without account and engine, from the same records") as step:
        days = load_inventory_days(cloud, outputs["DataBucket"], feed.vpc_id)
        check_same_offline(reports, list(reader.documents()), days, SETTINGS)
        step.result = "the very same"


def _list_groups(cloud: LocalCloud, feed: Feed) -> list[str]:
    """As EC2 knows them now."""
    pages = (
        cloud.client("ec2")
        .get_paginator("describe_security_groups")
        .paginate(Filters=[{"Name": "vpc-id", "Values": [feed.vpc_id]}])
    )
    return [group["GroupId"] for page in pages for group in page["SecurityGroups"]]


def _wait_for_ctrl_c(console: Console, cloud: LocalCloud) -> None:
    console.say()
    console.say("It stays up until you press Ctrl-C, which destroys everything.")
    try:
        while True:
            cloud.check()
            sleep(1)
    except KeyboardInterrupt:
        console.say()
