"""How CloudFormation calls the function, and what it gets."""

from dataclasses import dataclass

from tests.adapters.answering_server import AnsweringServer

PROPERTIES: dict[str, object] = {
    "ServiceToken": "arn:aws:lambda:us-east-1:123456789012:function:search-setup",
    "ContentHash": "0123",
    "RoleArns": {
        "advisor": "arn:aws:iam::123456789012:role/advisor",
        "flow_ingest": "arn:aws:iam::123456789012:role/flow-ingest",
        "index_page": "arn:aws:iam::123456789012:role/index-page",
        "rule_usage": "arn:aws:iam::123456789012:role/rule-usage",
        "search_setup": "arn:aws:iam::123456789012:role/search-setup",
    },
    "DomainArn": "arn:aws:es:us-east-1:123456789012:domain/flows",
    "IndexShards": "2",
    "IndexReplicas": "1",
    "Buckets": ["data", "failed"],
    "RetainData": "false",
}
EVENT: dict[str, object] = {
    "RequestType": "Create",
    "ResponseURL": "https://example.com/answer",
    "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/sg-lens/51af3dc0-da77",
    "RequestId": "request-1",
    "LogicalResourceId": "SearchSetup",
    "ResourceProperties": PROPERTIES,
}


@dataclass(frozen=True, slots=True)
class Context:
    seconds: float = 900.0
    function_name: str = "search_setup"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


def event(cloudformation: AnsweringServer, request_type: str, **changes: object) -> dict[str, object]:
    return {**EVENT, "RequestType": request_type, "ResponseURL": cloudformation.url, **changes}


def answer_of(cloudformation: AnsweringServer) -> dict[str, object]:
    (received,) = cloudformation.received
    return received.json()
