"""Someone at a browser: TLS, basic auth, and an address of their own."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import urllib3


class Person:
    """`address` is where their requests come from; without `login` they have no password."""

    def __init__(
        self, endpoint: str, ca_bundle: Path, address: str, login: tuple[str, str] | None = None
    ) -> None:
        self._url = f"https://{endpoint}"
        self._headers = urllib3.make_headers(basic_auth=":".join(login)) if login else {}
        self._http = urllib3.PoolManager(
            source_address=(address, 0), ca_certs=str(ca_bundle), timeout=30.0, retries=False
        )

    def request(self, method: str, path: str, body: object = None) -> urllib3.BaseHTTPResponse:
        content = None if body is None else json.dumps(body)
        headers = {**self._headers, "Content-Type": "application/json"}
        return self._http.request(method, self._url + path, body=content, headers=headers)

    @staticmethod
    def fetch(url: str, address: str) -> urllib3.BaseHTTPResponse:
        """What a plain request from an address gets."""
        with urllib3.PoolManager(source_address=(address, 0), retries=False) as http:
            return http.request("GET", url)

    @staticmethod
    def get(url: str, address: str) -> int:
        """The status of it."""
        return Person.fetch(url, address).status

    def find(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The documents with these ids, from all indices; one that is there twice is an error."""
        self._refresh()
        body = {"size": 10_000, "query": {"ids": {"values": list(ids)}}}
        return self._documents(body)

    def find_stream(self, interface_id: str) -> dict[str, dict[str, Any]]:
        """All documents of an interface, by id."""
        self._refresh()
        return self._documents({"size": 10_000, "query": {"term": {"interface_id": interface_id}}})

    def count_streams(self, interface_ids: Iterable[str]) -> int:
        """How many documents there are of these interfaces."""
        self._refresh()
        query = {"terms": {"interface_id": list(interface_ids)}}
        answer = self.request("POST", "/flows-*/_count", {"query": query})
        # As long as a day's index is just being made, it has no shard to ask.
        assert answer.status in {200, 503}, answer.data
        count: int = answer.json().get("count", 0)
        return count

    def _refresh(self) -> None:
        """What the index template's refresh interval would do within half a minute."""
        self.request("POST", "/flows-*/_refresh")

    def _documents(self, body: object) -> dict[str, dict[str, Any]]:
        answer = self.request("POST", "/flows-*/_search", body)
        if answer.status == 503 and answer.json()["error"].get("failed_shards") == []:
            # The day's index is just being made: it has no shard to ask yet, and no document.
            return {}
        assert answer.status == 200, answer.data
        hits = answer.json()["hits"]
        assert hits["total"]["value"] <= 10_000
        documents = {hit["_id"]: hit["_source"] for hit in hits["hits"]}
        assert len(documents) == len(hits["hits"]), "a document is in two indices"
        return documents
