from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING

from botocore.session import get_session

from adapters.advice_run_store import AdviceRunStore
from adapters.flows_index import Pace
from adapters.inventory_store import InventoryStore
from adapters.lambda_context import remaining_seconds
from adapters.lambda_function import invoke_later, make_lambda_client
from adapters.log import write_log
from adapters.metrics import put_metrics
from adapters.report_store import NotPublishedError, ReportStore
from adapters.s3_client import make_s3_client
from adapters.search_client import make_search_client
from adapters.search_reader import SearchReader
from adapters.summary_store import SummaryStore
from advisor.environment import Environment
from advisor.error import AdvisorError
from advisor.own_rules import replay_own_rules
from advisor.publish import Advisor, Outcome, Stores
from advisor.request import AdviceRequest
from pages.report_page import ReportLinks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from opensearchpy import OpenSearch

    from adapters.lambda_context import LambdaContext

# Kept back for the files of one report, the summaries and the deletion of folders.
_MARGIN_SECONDS = 60.0
_INVOKE_SECONDS = 20


def lambda_handler(event: Mapping[str, object], context: LambdaContext) -> Mapping[str, object]:
    """Makes the reports of all groups, or of those that the event names in "vpc_ids" or "group_ids"; with
    {"only_due": true} those that are due.

    With {"replay": {"group_id": "sg-...", "rules": [...]}}, rules as `aws ec2 describe-security-group-rules`
    prints them, it answers with the recorded connections that they would refuse, and makes no report.
    """
    request = AdviceRequest.parse(event)
    environment = Environment.from_env()
    s3, search, functions = make_clients(environment)
    reader = SearchReader(search, Pace(lambda: remaining_seconds(context) - _MARGIN_SECONDS))
    advisor = _make_advisor(environment, s3, reader)
    if request.replay:
        return replay_own_rules(advisor, request.replay)
    try:
        outcome = advisor.run(request)
    except NotPublishedError as error:
        write_log("warning", str(error))
        return {"reports": 0, "left": 0, "gone": 0}
    put_metrics(context.function_name, count_run(outcome), timestamp_ms=int(time.time() * 1000))
    if outcome.summaries or outcome.gone:
        _renew_index_page(functions, environment.index_page_function)
    summary = {"reports": len(outcome.summaries), "left": outcome.left, "gone": outcome.gone}
    write_log("info", "advisor run done", **summary)
    _raise_failures(outcome)
    return summary


def count_run(outcome: Outcome) -> dict[str, int]:
    """The metrics of a run: what it made, and what it leaves to the next one."""
    return {"Reports": len(outcome.summaries), "ReportsLeft": outcome.left}


def _raise_failures(outcome: Outcome) -> None:
    if outcome.failures:
        causes = "; ".join(f"{vpc_id}: {error}" for vpc_id, error in outcome.failures.items())
        raise AdvisorError(f"reports are not up to date: {causes}") from next(iter(outcome.failures.values()))
    if outcome.left and not outcome.summaries:
        raise AdvisorError(
            f"there was time for none of {outcome.left} reports, and there will be none in the next run: is "
            "the search domain overloaded, or window_days too long for so many groups?"
        )


def _make_advisor(environment: Environment, s3: S3Client, reader: SearchReader) -> Advisor:
    data = environment.data_bucket
    return Advisor(
        stores=Stores(
            inventories=InventoryStore(s3, data),
            runs=AdviceRunStore(s3, data),
            summaries=SummaryStore(s3, data),
            reports=ReportStore(s3, environment.site_bucket),
        ),
        reader=reader,
        settings=environment.settings,
        made_with=f"{environment.settings} {environment.content_hash}",
        region=environment.region,
        links=ReportLinks(environment.dashboards_url),
    )


def _renew_index_page(functions: LambdaClient, function: str) -> None:
    failure = invoke_later(functions, function, {"traffic": "stored"})
    if failure:
        # The reports are there, and the hourly renewal takes up what they say.
        write_log("warning", "the index page is not renewed now", reason=failure.error_message)


@lru_cache(maxsize=1)
def make_clients(environment: Environment) -> tuple[S3Client, OpenSearch, LambdaClient]:
    credentials = get_session().get_credentials()
    search = make_search_client(environment.search_endpoint, environment.region, credentials)
    return make_s3_client(), search, make_lambda_client(read_timeout=_INVOKE_SECONDS)
