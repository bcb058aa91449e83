"""The function as Lambda runs it, with a domain that has recorded nothing."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.inventory_store import InventoryStore
from adapters.report_store import ReportStore
from advisor.error import AdvisorError
from advisor.handler import lambda_handler, make_clients
from domain.custom_replay import CustomRulesError
from domain.inventory_day import observe
from index_page.request import PublishRequest
from tests.adapters.answering_server import Answer, AnsweringServer
from tests.adapters.aws import BUCKET
from tests.adapters.embedded_metrics import read_emitted
from tests.adapters.fake_lambda import FakeLambda
from tests.adapters.fake_search import make_tls
from tests.advisor.advised import GROUP_IDS, SITE, VPC
from tests.advisor.test_environment import LIMITS
from tests.domain.examples import GROUP
from tests.flow_ingest.events import Context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

FUNCTION = "SgLens-Advisor"
INDEX_PAGE = "index-page"
NOTHING = Answer(content={"hits": {"hits": []}})
CONTEXT = Context(remaining_seconds=900, function_name=FUNCTION)
OWN_RULES: dict[str, object] = {"group_id": GROUP.group_id, "rules": []}


@pytest.fixture
def domain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AnsweringServer]:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with AnsweringServer(NOTHING, tls=make_tls(tmp_path / "ca.pem")) as domain:
        yield domain


@pytest.fixture
def functions() -> Iterator[FakeLambda]:
    with FakeLambda({INDEX_PAGE: lambda _payload: None}) as functions:
        yield functions


@pytest.fixture(autouse=True)
def _function(
    s3: S3Client, domain: AnsweringServer, functions: FakeLambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a fresh container, for a VPC that was observed a minute ago."""
    s3.create_bucket(Bucket=SITE)
    s3.put_object(Bucket=SITE, Key="index.html", Body=b"")
    InventoryStore(s3, BUCKET).save(observe(None, replace(VPC, observed_at=now() - 60)), etag=None)
    variables = {
        "SEARCH_ENDPOINT": domain.endpoint,
        "DATA_BUCKET": BUCKET,
        "SITE_BUCKET": SITE,
        "INDEX_PAGE_FUNCTION": INDEX_PAGE,
        "DASHBOARDS_URL": "https://search.example.com/_dashboards",
        "CONTENT_HASH": "0123",
        "AWS_ENDPOINT_URL_LAMBDA": functions.endpoint_url,
    }
    for name, value in (variables | LIMITS).items():
        monkeypatch.setenv(name, value)
    make_clients.cache_clear()


def now() -> int:
    return int(time.time())


def test_an_empty_event_makes_every_report_and_the_schedule_s_only_what_is_due(s3: S3Client) -> None:
    made = {"reports": len(GROUP_IDS), "left": 0, "gone": 0}

    assert lambda_handler({"only_due": True}, CONTEXT) == made
    assert lambda_handler({"only_due": True}, CONTEXT) == {"reports": 0, "left": 0, "gone": 0}
    assert lambda_handler({}, CONTEXT) == made

    assert ReportStore(s3, SITE).list_all().keys() == set(GROUP_IDS)


def test_the_index_page_takes_up_what_new_reports_say_and_nobody_waits_for_it(functions: FakeLambda) -> None:
    lambda_handler({"only_due": True}, CONTEXT)
    lambda_handler({"only_due": True}, CONTEXT)

    assert (functions.kinds, functions.payloads) == (["Event"], [{"traffic": "stored"}])
    assert PublishRequest.parse(functions.payloads[0]) == PublishRequest(stored_traffic=True)


def test_a_run_succeeds_where_the_index_page_can_not_be_renewed(
    functions: FakeLambda, capsys: pytest.CaptureFixture[str]
) -> None:
    functions.functions.clear()

    assert lambda_handler({}, CONTEXT)["reports"] == len(GROUP_IDS)
    assert '"warning", "message": "the index page is not renewed now"' in capsys.readouterr().out


def test_a_run_reports_what_it_made_and_what_it_left(capsys: pytest.CaptureFixture[str]) -> None:
    lambda_handler({}, CONTEXT)

    (metrics,) = read_emitted(capsys.readouterr().out)
    assert metrics.dimensions == (("FunctionName", FUNCTION),)
    assert metrics.values == {"Reports": len(GROUP_IDS), "ReportsLeft": 0}


def test_a_run_without_time_for_a_single_report_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AdvisorError, match=f"none of {len(GROUP_IDS)} reports"):
        lambda_handler({}, replace(CONTEXT, remaining_seconds=70))

    (metrics,) = read_emitted(capsys.readouterr().out)
    assert metrics.values == {"Reports": 0, "ReportsLeft": len(GROUP_IDS)}


def test_a_domain_that_does_not_answer_is_an_error_that_names_the_vpc(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adapters.search_reader._FIRST_BACKOFF_SECONDS", 0.0)
    monkeypatch.setenv("SEARCH_ENDPOINT", "localhost:1")

    with pytest.raises(AdvisorError, match=f"{VPC.vpc_id}: .*can't be reached"):
        lambda_handler({}, CONTEXT)


def test_without_an_index_page_nothing_is_made_and_nothing_fails(
    s3: S3Client, capsys: pytest.CaptureFixture[str]
) -> None:
    s3.delete_object(Bucket=SITE, Key="index.html")

    assert lambda_handler({}, CONTEXT) == {"reports": 0, "left": 0, "gone": 0}

    assert "KeyCount" in s3.list_objects_v2(Bucket=SITE)
    assert s3.list_objects_v2(Bucket=SITE)["KeyCount"] == 0
    assert "no reports are made" in capsys.readouterr().out


def test_requests_to_the_domain_are_signed(domain: AnsweringServer) -> None:
    lambda_handler({}, CONTEXT)

    schemes = {received.headers["authorization"].split()[0] for received in domain.received}
    assert schemes == {"AWS4-HMAC-SHA256"}


def test_own_rules_are_replayed_and_no_report_is_made(s3: S3Client) -> None:
    answer = lambda_handler({"replay": OWN_RULES}, CONTEXT)

    assert (answer["group_id"], answer["refused_count"], answer["refused"]) == (GROUP.group_id, 0, [])
    assert ReportStore(s3, SITE).list_all() == {}


def test_own_rules_of_a_group_that_no_inventory_shows_are_refused() -> None:
    with pytest.raises(AdvisorError, match="sg-9"):
        lambda_handler({"replay": OWN_RULES | {"group_id": "sg-9"}}, CONTEXT)


def test_own_rules_that_can_not_be_read_are_refused() -> None:
    with pytest.raises(CustomRulesError):
        lambda_handler({"replay": OWN_RULES | {"rules": [{"IpProtocol": "tcp"}]}}, CONTEXT)


def test_an_event_that_means_nothing_is_refused() -> None:
    with pytest.raises(AdvisorError, match="only_due"):
        lambda_handler({"only_due": "yes"}, CONTEXT)
