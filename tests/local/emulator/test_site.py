"""Pages in a bucket as browsers read them: the bucket policy decides, by the address that they come from."""

import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError
from playwright.sync_api import Browser

from local.browser import open_page
from local.cloud import LocalCloud
from tests.local.emulator.emulated import CALL_AN_API, allow, call, make_function, new_name

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ALLOWED, OTHER = "127.0.0.1", "127.0.0.2"
HTML = "<!doctype html><title>Groups</title><link rel=icon href='data:,'><h1>Sicherheit für 3 Gruppen</h1>"
BLOCK_ALL = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)
KEY = "index.html"


@dataclass(frozen=True, slots=True)
class Site:
    cloud: LocalCloud
    bucket: str

    @property
    def url(self) -> str:
        return f"{self.cloud.endpoint_url}/{self.bucket}/{KEY}"

    def put(self, **conditions: Any) -> str:  # noqa: ANN401 - PutObject's own
        """The page's ETag."""
        answer = self.cloud.client("s3").put_object(
            Bucket=self.bucket,
            Key=KEY,
            Body=gzip.compress(HTML.encode()),
            ContentType="text/html; charset=utf-8",
            ContentEncoding="gzip",
            CacheControl="no-cache",
            **conditions,
        )
        return answer["ETag"]

    def client(self, *actions: str) -> "S3Client":
        """Of a user who may do this in the bucket."""
        iam, name = self.cloud.client("iam"), new_name("user")
        iam.create_user(UserName=name)
        for action in actions:
            resource = f"arn:aws:s3:::{self.bucket}" + ("" if action == "s3:ListBucket" else "/*")
            policy = json.dumps({"Version": "2012-10-17", "Statement": [allow(action, resource)]})
            iam.put_user_policy(UserName=name, PolicyName=action.replace(":", "-"), PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=self.cloud.region)
        return session.client(
            "s3", endpoint_url=self.cloud.endpoint_url, config=Config(signature_version="s3v4")
        )


@pytest.fixture(scope="module")
def site(cloud: LocalCloud) -> Site:
    """A bucket under the policy of SG Lens' site, with a page."""
    s3, bucket = cloud.client("s3"), new_name("site")
    s3.create_bucket(Bucket=bucket)
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration=BLOCK_ALL,  # type: ignore[arg-type]
    )
    statement = {
        **allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"),
        "Principal": {"AWS": "*"},
        "Condition": {"IpAddress": {"aws:SourceIp": [f"{ALLOWED}/32"]}},
    }
    s3.put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    site = Site(cloud, bucket)
    site.put()
    return site


def ask(url: str, address: str = ALLOWED, method: str = "GET", **headers: str) -> urllib3.BaseHTTPResponse:
    with urllib3.PoolManager(source_address=(address, 0), retries=False) as http:
        return http.request(method, url, headers={name.replace("_", "-"): headers[name] for name in headers})


def test_a_browser_shows_the_page_as_it_was_put(site: Site, browser: Browser) -> None:
    with open_page(browser) as (page, log):
        answer = page.goto(site.url)
        heading = page.inner_text("h1")

    assert heading == "Sicherheit für 3 Gruppen"
    assert answer is not None
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-encoding"] == "gzip"
    assert log.errors == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_page_can_be_read_from_an_allowed_address_only(site: Site, method: str) -> None:
    statuses = [ask(site.url, address, method).status for address in (ALLOWED, OTHER)]

    assert statuses == [200, 403]


def test_nobody_can_claim_to_come_from_an_allowed_address(site: Site) -> None:
    answer = ask(site.url, OTHER, X_Forwarded_For=ALLOWED)

    assert answer.status == 403


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_an_allowed_address_may_only_read(site: Site, method: str) -> None:
    answer = ask(site.url, method=method)

    assert answer.status == 403


def test_an_allowed_address_may_not_list_the_bucket(site: Site) -> None:
    answer = ask(f"{site.cloud.endpoint_url}/{site.bucket}?list-type=2")

    assert answer.status == 403


def test_a_browser_that_has_the_page_is_told_that_it_has_not_changed(site: Site) -> None:
    etag = ask(site.url).headers["ETag"]

    answer = ask(site.url, If_None_Match=etag)

    assert (answer.status, answer.data) == (304, b"")


def test_a_policy_for_everybody_is_refused_by_block_public_access(site: Site) -> None:
    statement = {**allow("s3:GetObject", f"arn:aws:s3:::{site.bucket}/*"), "Principal": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    with pytest.raises(ClientError, match="BlockPublicPolicy"):
        site.cloud.client("s3").put_bucket_policy(Bucket=site.bucket, Policy=policy)

    assert ask(site.url, OTHER).status == 403


def test_a_presigned_link_opens_the_page_from_any_address(site: Site) -> None:
    parameters = {"Bucket": site.bucket, "Key": KEY}
    clients = [site.cloud.client("s3"), site.client("s3:GetObject")]

    links = [client.generate_presigned_url("get_object", Params=parameters) for client in clients]

    assert [ask(link, OTHER).data.decode() for link in links] == [HTML, HTML]


def test_a_presigned_link_gives_what_its_signer_may_do(site: Site) -> None:
    link = site.client().generate_presigned_url("get_object", Params={"Bucket": site.bucket, "Key": KEY})

    answer = ask(link, OTHER)

    assert answer.status == 403


def test_a_presigned_link_to_another_page_is_refused(site: Site) -> None:
    parameters = {"Bucket": site.bucket, "Key": "other.html"}
    link = site.client("s3:GetObject").generate_presigned_url("get_object", Params=parameters)

    answer = ask(link.replace("other.html", KEY), OTHER)

    assert answer.status == 403
    assert b"SignatureDoesNotMatch" in answer.data


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param({"IfNoneMatch": "*"}, id="there_is_none"),
        pytest.param({"IfMatch": '"0123456789abcdef0123456789abcdef"'}, id="it_is_another"),
    ],
)
def test_a_page_is_not_replaced_where_a_condition_does_not_hold(
    site: Site, condition: dict[str, str]
) -> None:
    with pytest.raises(ClientError, match="PreconditionFailed"):
        site.put(**condition)


def test_a_page_is_replaced_where_it_is_still_the_same(site: Site) -> None:
    etag = site.put()

    assert site.put(IfMatch=etag)


@pytest.mark.parametrize(
    ("operation", "granted", "expected"),
    [
        ("get_object", "s3:GetObject", "allowed"),
        ("put_object", "s3:PutObject", "allowed"),
        ("put_object", "s3:GetObject", "AccessDenied"),
    ],
)
def test_a_function_may_do_with_a_page_what_its_role_allows(
    site: Site, operation: str, granted: str, expected: str
) -> None:
    """Functions come from the allowed address here, so to read the page they would need no role."""
    function = make_function(site.cloud, CALL_AN_API, allow(granted, f"arn:aws:s3:::{site.bucket}/*"))
    parameters = {"Bucket": site.bucket, "Key": KEY if operation == "get_object" else "by-function.html"}

    answer = call(site.cloud, function, {"service": "s3", "operation": operation, "parameters": parameters})

    assert answer == expected


@pytest.mark.parametrize("operation", ["get_object", "head_object"])
@pytest.mark.parametrize(
    ("actions", "status"),
    [(["s3:GetObject"], 403), (["s3:GetObject", "s3:ListBucket"], 404)],
)
def test_only_who_may_list_the_bucket_learns_that_a_page_is_not_there(
    site: Site, operation: str, actions: list[str], status: int
) -> None:
    client = site.client(*actions)

    with pytest.raises(ClientError) as refusal:
        getattr(client, operation)(Bucket=site.bucket, Key="nothing.html")

    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_browser_is_refused_a_page_that_is_not_there(site: Site) -> None:
    answer = ask(site.url.replace(KEY, "nothing.html"))

    assert answer.status == 403
    assert b"<Code>AccessDenied</Code>" in answer.data


def test_the_administrator_learns_that_a_page_is_not_there(site: Site) -> None:
    with pytest.raises(ClientError, match="NoSuchKey"):
        site.cloud.client("s3").get_object(Bucket=site.bucket, Key="nothing.html")
