"""The fields of flows-*, asked of the real engine."""

import json
from typing import Any

import pytest

from local.search.engine import Engine
from tests.dashboards.content import read_properties, read_template

START = 1767225600
FULL: dict[str, Any] = {
    "@timestamp": START,
    "account_id": "123456789012",
    "action": "ACCEPT",
    "attribution": "rules",
    "az_id": "use1-az1",
    "bytes": 2**31 + 5,
    "direction": "ingress",
    "dstaddr": "10.0.1.10",
    "dstport": 443,
    "end": START + 60,
    "flow_direction": "ingress",
    "group_ids": ["sg-0aaaaaaaaaaaaaaaa", "sg-0bbbbbbbbbbbbbbbb"],
    "group_names": ["web", "bastion"],
    "initiator": "peer",
    "initiator_evidence": "handshake",
    "instance_id": "i-0aaaaaaaaaaaaaaaa",
    "interface_description": "ELB app/web/0123456789abcdef",
    "interface_id": "eni-0aaaaaaaaaaaaaaaa",
    "interface_name": "web-1",
    "interface_owner": "ec2",
    "is_response": False,
    "local_addr": "10.0.1.10",
    "local_port": 443,
    "log_status": "OK",
    "packets": 2**40,
    "peer_addr": "192.0.2.7",
    "peer_group_ids": ["sg-0cccccccccccccccc"],
    "peer_interface_id": "eni-0bbbbbbbbbbbbbbbb",
    "peer_name": "search-1",
    "peer_port": 65535,
    "pkt_dst_aws_service": "S3",
    "pkt_dstaddr": "10.0.1.11",
    "pkt_src_aws_service": "AMAZON",
    "pkt_srcaddr": "2001:db8::7",
    "protocol": 255,
    "protocol_name": "tcp",
    "region": "us-east-1",
    "rule_ids": ["sgr-0aaaaaaaaaaaaaaaa", "sgr-0bbbbbbbbbbbbbbbb"],
    "rule_match": "shared",
    "service_port": 443,
    "srcaddr": "192.0.2.7",
    "srcport": 50000,
    "sublocation_id": "outpost-1",
    "sublocation_type": "outpost",
    "subnet_id": "subnet-0aaaaaaaaaaaaaaaa",
    "tcp_flags": 19,
    "traffic_path": 8,
    "type": "IPv4",
    "vpc_id": "vpc-0aaaaaaaaaaaaaaaa",
}
MINIMAL = {
    "@timestamp": START,
    "end": START + 60,
    "log_status": "NODATA",
    "interface_id": "eni-0aaaaaaaaaaaaaaaa",
}


def put(engine: Engine, index: str, *documents: dict[str, Any]) -> list[int]:
    """The status of each."""
    body = "".join(f'{{"create": {{}}}}\n{json.dumps(document)}\n' for document in documents).encode()
    answer = json.loads(engine.request("POST", f"/{index}/_bulk?refresh=true", body).data)
    return [item["create"]["status"] for item in answer["items"]]


def search(engine: Engine, index: str, body: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(engine.request("POST", f"/{index}/_search", body).data)
    return answer


def count(engine: Engine, index: str, query: dict[str, Any]) -> int:
    found: int = search(engine, index, {"query": query})["hits"]["total"]["value"]
    return found


def test_the_example_has_each_field_of_the_template() -> None:
    assert FULL.keys() == read_properties("flows").keys()


def test_a_document_with_each_field_is_taken(engine: Engine, flows_index: str) -> None:
    assert put(engine, flows_index, FULL) == [201]


def test_a_record_without_data_is_taken(engine: Engine, flows_index: str) -> None:
    assert put(engine, flows_index, MINIMAL) == [201]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "sgr-1"},
        {"is_response": "perhaps"},
        {"bytes": "many"},
        {"srcaddr": "-"},
        {"local_port": 2**31},
        {"@timestamp": "2026-01-01T00:00:00Z"},
        {"protocol": 2**15},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_an_unknown_field_or_a_value_of_another_type_is_refused(
    engine: Engine, flows_index: str, wrong: dict[str, Any]
) -> None:
    assert put(engine, flows_index, FULL, FULL | wrong) == [201, 400]


@pytest.mark.parametrize(
    ("field", "network", "found"),
    [
        ("peer_addr", "192.0.2.0/24", 1),
        ("peer_addr", "198.51.100.0/24", 0),
        ("pkt_srcaddr", "2001:db8::/32", 1),
        ("pkt_srcaddr", "2001:db8:1::/48", 0),
    ],
)
def test_addresses_are_found_by_cidr(
    engine: Engine, flows_index: str, field: str, network: str, found: int
) -> None:
    put(engine, flows_index, FULL)

    assert count(engine, flows_index, {"term": {field: network}}) == found


def test_addresses_are_found_by_cidr_as_dashboards_asks(engine: Engine, flows_index: str) -> None:
    put(engine, flows_index, FULL)

    assert count(engine, flows_index, {"query_string": {"query": 'peer_addr:"192.0.2.0/24"'}}) == 1


def test_sums_of_bytes_do_not_overflow(engine: Engine, flows_index: str) -> None:
    put(engine, flows_index, FULL, FULL, FULL)

    answer = search(engine, flows_index, {"size": 0, "aggs": {"bytes": {"sum": {"field": "bytes"}}}})

    assert answer["aggregations"]["bytes"]["value"] == 3 * (2**31 + 5)


def counts(engine: Engine, index: str, field: str) -> dict[object, int]:
    body = {"size": 0, "aggs": {"values": {"terms": {"field": field}}}}
    buckets = search(engine, index, body)["aggregations"]["values"]["buckets"]
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}


def test_a_document_counts_for_each_of_its_groups_and_rules(engine: Engine, flows_index: str) -> None:
    put(
        engine,
        flows_index,
        FULL,
        FULL | {"group_ids": ["sg-0aaaaaaaaaaaaaaaa"], "rule_ids": ["sgr-0bbbbbbbbbbbbbbbb"]},
    )

    assert counts(engine, flows_index, "group_ids") == {"sg-0aaaaaaaaaaaaaaaa": 2, "sg-0bbbbbbbbbbbbbbbb": 1}
    assert counts(engine, flows_index, "rule_ids") == {"sgr-0bbbbbbbbbbbbbbbb": 2, "sgr-0aaaaaaaaaaaaaaaa": 1}


@pytest.mark.parametrize("field", ["service_port", "local_port"])
def test_documents_are_counted_by_port(engine: Engine, flows_index: str, field: str) -> None:
    put(engine, flows_index, FULL, FULL, FULL | {field: 22})

    assert counts(engine, flows_index, field) == {443: 2, 22: 1}


FOUND_BY_VALUE = {
    name: mapping
    for name, mapping in read_properties("flows").items()
    if not mapping.get("index", True) and mapping.get("doc_values", True)
}


@pytest.mark.parametrize(
    "field", [name for name, mapping in FOUND_BY_VALUE.items() if mapping["type"] == "ip"]
)
def test_an_address_without_an_index_is_found_by_its_value_and_by_its_block(
    engine: Engine, flows_index: str, field: str
) -> None:
    put(engine, flows_index, FULL | {field: "192.0.2.7"}, FULL | {field: "2001:db8::7"})

    for found in ("192.0.2.7", "192.0.2.0/24", "2001:db8::7", "2001:db8::/32"):
        assert count(engine, flows_index, {"term": {field: found}}) == 1
        assert count(engine, flows_index, {"query_string": {"query": f'{field}:"{found}"'}}) == 1
    assert count(engine, flows_index, {"term": {field: "198.51.100.0/24"}}) == 0
    assert count(engine, flows_index, {"match_phrase": {field: "192.0.2.7"}}) == 1


@pytest.mark.parametrize(
    "field", [name for name, mapping in FOUND_BY_VALUE.items() if mapping["type"] != "ip"]
)
def test_a_field_without_an_index_is_found_by_its_value_and_by_a_range(
    engine: Engine, flows_index: str, field: str
) -> None:
    value = FULL[field]
    put(engine, flows_index, FULL)

    assert count(engine, flows_index, {"term": {field: value}}) == 1
    assert count(engine, flows_index, {"term": {field: value - 1}}) == 0
    assert count(engine, flows_index, {"range": {field: {"gte": value, "lte": value}}}) == 1
    assert count(engine, flows_index, {"range": {field: {"gt": value}}}) == 0
    assert count(engine, flows_index, {"query_string": {"query": f"{field}:{value}"}}) == 1
    assert count(engine, flows_index, {"match_phrase": {field: value}}) == 1


@pytest.mark.parametrize("query", ['is_response:"false"', "is_response:false", 'NOT is_response:"true"'])
def test_requests_are_found_in_any_of_the_ways_to_write_it(
    engine: Engine, flows_index: str, query: str
) -> None:
    put(engine, flows_index, FULL, FULL | {"is_response": True})

    assert count(engine, flows_index, {"query_string": {"query": query}}) == 1


def test_only_the_service_s_port_is_searchable_in_the_eyes_of_dashboards(
    engine: Engine, flows_index: str
) -> None:
    """The others are found by their doc values, which takes longer and costs no store."""
    put(engine, flows_index, FULL)
    found = json.loads(engine.request("GET", f"/{flows_index}/_field_caps?fields=*port").data)["fields"]

    searchable = {name for name, capabilities in found.items() if capabilities["integer"]["searchable"]}
    assert found.keys() == {"dstport", "local_port", "peer_port", "service_port", "srcport"}
    assert searchable == {"service_port"}


def test_shards_without_documents_of_the_time_asked_for_are_skipped(engine: Engine, flows_index: str) -> None:
    engine.request("PUT", f"/{flows_index}", {"settings": {"number_of_shards": 2}})
    put(engine, flows_index, *[FULL] * 40)
    later = {"query": {"range": {"@timestamp": {"gte": START + 86400}}}}

    answer = engine.request("POST", f"/{flows_index}/_search?pre_filter_shard_size=1", later)

    # One of them always answers, for the shape of the answer.
    assert json.loads(answer.data)["_shards"]["skipped"] == 1


def test_the_index_is_compressed_and_sorted_as_the_template_says(engine: Engine, flows_index: str) -> None:
    put(engine, flows_index, FULL)

    settings = json.loads(engine.request("GET", f"/{flows_index}/_settings").data)
    index = settings[flows_index]["settings"]["index"]
    assert index["codec"] == "best_compression"
    assert index["sort"]["field"] == ["interface_id", "@timestamp"]
    assert index["refresh_interval"] == "30s"


def test_the_template_leaves_shards_and_replicas_to_the_deployment() -> None:
    index = read_template("flows")["template"]["settings"]["index"]

    assert not {"number_of_shards", "number_of_replicas"} & index.keys()
