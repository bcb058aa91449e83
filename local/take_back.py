"""Copies the flows that an earlier deployment with `retain_data` left behind into today's domain.

    python -m local.take_back --domain sg-lens-0a1b2c3d --secret arn:aws:secretsmanager:…

Runs wherever both domains let you in (`allowed_cidrs`), with your AWS credentials. It may be stopped and run
again: what is there already is left alone.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from opensearchpy import OpenSearch, OpenSearchException
from opensearchpy.helpers import scan, streaming_bulk

FLOWS = "flows-*"
PAGE = 2_000
CHUNK_BYTES = 3 * 1024 * 1024
CONFLICT = 409


class TakeBackError(Exception):
    """The flows can't be copied; says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Copied:
    written: int = 0
    already_there: int = 0

    def __str__(self) -> str:
        return f"{self.written:,} copied, {self.already_there:,} were there already"


def copy_flows(source: OpenSearch, target: OpenSearch, tell: Callable[[str], None]) -> None:
    """Day by day, each document under its own id. Raises TakeBackError where the target refuses one."""
    indices = sorted(source.indices.get(index=FLOWS))
    if not indices:
        tell(f"nothing to copy: there is no index {FLOWS}")
    for index in indices:
        tell(f"{index}: {_copy_index(source, target, index)}")


def _copy_index(source: OpenSearch, target: OpenSearch, index: str) -> Copied:
    written = already_there = 0
    answers = streaming_bulk(
        target,
        _actions(source, index),
        max_chunk_bytes=CHUNK_BYTES,
        max_retries=8,
        raise_on_error=False,
    )
    for succeeded, item in answers:
        answer = item["create"]
        if not succeeded and answer["status"] != CONFLICT:
            raise TakeBackError(f"{index}: document {answer['_id']} was refused: {answer['error']}")
        written += succeeded
        already_there += not succeeded
    return Copied(written, already_there)


def _actions(source: OpenSearch, index: str) -> Iterator[dict[str, object]]:
    for hit in scan(source, index=index, size=PAGE):
        yield {"_op_type": "create", "_index": index, "_id": hit["_id"], "_source": hit["_source"]}


def connect(endpoint: str, secret_arn: str) -> OpenSearch:
    answer = boto3.client("secretsmanager").get_secret_value(SecretId=secret_arn)
    user = json.loads(answer["SecretString"])
    return OpenSearch(f"https://{endpoint}", http_auth=(user["username"], user["password"]), timeout=60)


def connect_both(domain: str, secret_arn: str, stack: str) -> tuple[OpenSearch, OpenSearch]:
    """The domain that was left behind, and that of the stack."""
    status = boto3.client("opensearch").describe_domain(DomainName=domain)["DomainStatus"]
    described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]}
    target = connect(outputs["SearchEndpoint"], outputs["MasterUserSecret"])
    return connect(status["Endpoint"], secret_arn), target


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m local.take_back", description="Copies retained flows into today's domain."
    )
    parser.add_argument("--domain", required=True, help="name of the domain that was left behind")
    parser.add_argument("--secret", required=True, help="ARN of its ViewerSecret or MasterUserSecret")
    parser.add_argument("--stack", default="SgLens", help="today's stack (default: SgLens)")
    arguments = parser.parse_args()
    try:
        source, target = connect_both(arguments.domain, arguments.secret, arguments.stack)
        copy_flows(source, target, print)
    except (TakeBackError, OpenSearchException, ClientError, BotoCoreError) as error:
        sys.exit(f"{error}\nWhat was copied stays; run the same command again to go on.")


if __name__ == "__main__":
    main()
