import boto3
import pytest
from botocore.stub import Stubber

from search_setup.retained import (
    NO_NOTICE,
    RETAINED_TAG,
    describe_retained,
    get_retained_domains,
    get_retained_notice,
)

pytestmark = pytest.mark.usefixtures("aws")


RETAINED = {RETAINED_TAG: "true"}


def create_domain(name: str, tags: dict[str, str] | None = None) -> str:
    """The ARN of the new domain."""
    opensearch = boto3.client("opensearch")
    arn = opensearch.create_domain(DomainName=name)["DomainStatus"]["ARN"]
    for key, value in (tags or {}).items():
        opensearch.add_tags(ARN=arn, TagList=[{"Key": key, "Value": value}])
    return arn


def test_a_domain_that_an_earlier_deployment_left_is_found() -> None:
    create_domain("earlier", RETAINED)
    own = create_domain("own")

    assert get_retained_domains(boto3.client("opensearch"), own) == ["earlier"]


def test_the_own_domain_is_not_taken_for_a_retained_one() -> None:
    own = create_domain("own", RETAINED)

    assert get_retained_domains(boto3.client("opensearch"), own) == []


def test_domains_of_others_are_left_out() -> None:
    create_domain("somebody-elses", {"team": "search"})
    create_domain("not-retained", {RETAINED_TAG: "false"})
    own = create_domain("own")

    assert get_retained_domains(boto3.client("opensearch"), own) == []


def test_the_notice_names_the_domain_and_where_to_read_on() -> None:
    create_domain("earlier", RETAINED)
    own = create_domain("own")

    notice = get_retained_notice(boto3.client("opensearch"), own)

    assert "earlier" in notice
    assert "Taking retained data back" in notice


def test_there_is_no_notice_where_nothing_was_left_behind() -> None:
    own = create_domain("own")

    assert get_retained_notice(boto3.client("opensearch"), own) == NO_NOTICE


def test_a_notice_stays_short_where_many_domains_were_left_behind() -> None:
    notice = describe_retained([f"domain-{number}" for number in range(9)])

    assert "domain-4 and 4 more" in notice
    assert "domain-5" not in notice


def test_a_missing_permission_to_look_fails_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    opensearch = boto3.client("opensearch")
    with Stubber(opensearch) as stub:
        stub.add_client_error("list_domain_names", "AccessDeniedException", http_status_code=403)

        notice = get_retained_notice(opensearch, "arn:aws:es:us-east-1:123456789012:domain/own")

    assert notice == NO_NOTICE
    assert "AccessDeniedException" in capsys.readouterr().out
