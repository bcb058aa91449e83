from email import message_from_bytes
from email.message import Message

import pytest
from botocore.credentials import Credentials
from urllib3 import PoolManager

from adapters.dashboards import Dashboards
from domain.errors import SearchSetupError, SearchUnavailableError
from tests.adapters.answering_server import Answer, AnsweringServer, Received
from tests.adapters.signature import is_signed_by

CREDENTIALS = Credentials("AKIAIOSFODNN7EXAMPLE", "secret", "token")
OBJECTS = b'{"id":"flows","type":"index-pattern"}\n'
SET = Answer(content={"settings": {"buildNum": {"userValue": 1}, "defaultIndex": {"userValue": "flows"}}})
DONE = Answer(content={"success": True, "successCount": 1})


def import_to(server: AnsweringServer, objects: bytes = OBJECTS) -> None:
    dashboards = Dashboards(f"{server.url}/_dashboards", "us-east-1", CREDENTIALS, PoolManager())
    dashboards.import_saved_objects(objects)


def set_default(server: AnsweringServer) -> None:
    dashboards = Dashboards(f"{server.url}/_dashboards", "us-east-1", CREDENTIALS, PoolManager())
    dashboards.set_default_index_pattern("flows")


def parse_form(received: Received) -> Message:
    """The only part of the form."""
    head = f"Content-Type: {received.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + received.body).get_payload()
    assert isinstance(parts, list)
    (part,) = parts
    assert isinstance(part, Message)
    return part


def is_signed(received: Received, url: str) -> bool:
    return is_signed_by(CREDENTIALS, received.method, url + received.path, received.headers, received.body)


def failed_import(*errors: dict[str, object]) -> Answer:
    return Answer(content={"success": False, "successCount": 0, "errors": list(errors)})


def test_objects_are_sent_as_an_ndjson_file_and_overwrite_what_is_there() -> None:
    with AnsweringServer(DONE) as server:
        import_to(server)

    part = parse_form(server.received[0])
    assert server.received[0].path == "/_dashboards/api/saved_objects/_import?overwrite=true"
    assert part.get_param("name", header="content-disposition") == "file"
    assert str(part.get_filename()).endswith(".ndjson")
    assert part.get_payload(decode=True) == OBJECTS


def test_objects_go_into_the_global_tenant_with_the_header_that_dashboards_wants() -> None:
    with AnsweringServer(DONE) as server:
        import_to(server)

    headers = server.received[0].headers
    assert headers["securitytenant"] == "global"
    assert headers["osd-xsrf"] == "true"


def test_the_signature_is_over_the_bytes_that_arrive() -> None:
    with AnsweringServer(DONE) as server:
        import_to(server, '{"attributes":{"title":"Flüsse"}}\n'.encode())

    assert is_signed(server.received[0], server.url)
    assert server.received[0].headers["x-amz-security-token"] == "token"


def test_the_signature_covers_the_body() -> None:
    with AnsweringServer(DONE) as server:
        import_to(server)

    received = server.received[0]
    altered = Received(received.method, received.path, received.headers, received.body + b" ")
    assert not is_signed(altered, server.url)


def test_an_import_that_failed_behind_http_200_names_each_object_and_why() -> None:
    missing: dict[str, object] = {
        "type": "missing_references",
        "references": [{"type": "index-pattern", "id": "flows"}],
    }
    answer = failed_import(
        {"type": "search", "id": "rejects", "error": missing},
        {"type": "dashboard", "id": "overview", "error": {"type": "conflict"}},
    )

    with AnsweringServer(answer) as server, pytest.raises(SearchSetupError) as caught:
        import_to(server)

    assert "search rejects (missing_references: index-pattern flows)" in str(caught.value)
    assert "dashboard overview (conflict)" in str(caught.value)


def test_many_failed_objects_are_counted_rather_than_all_named() -> None:
    errors: list[dict[str, object]] = [
        {"type": "search", "id": f"s{number}", "error": {"type": "conflict"}} for number in range(8)
    ]

    with AnsweringServer(failed_import(*errors)) as server, pytest.raises(SearchSetupError) as caught:
        import_to(server)

    assert "search s4" in str(caught.value)
    assert "search s5" not in str(caught.value)
    assert "and 3 more" in str(caught.value)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_dashboards_that_is_not_ready_yet_may_be_asked_again(status: int) -> None:
    answer = Answer(status, "OpenSearch Dashboards server is not ready yet", "text/plain")

    with AnsweringServer(answer) as server, pytest.raises(SearchUnavailableError, match="not ready yet"):
        import_to(server)


def test_dashboards_that_can_not_be_reached_may_be_asked_again() -> None:
    with AnsweringServer() as server:
        pass

    with pytest.raises(SearchUnavailableError, match="can't be reached"):
        import_to(server)


def test_a_refusal_is_final_and_shows_the_answer() -> None:
    answer = Answer(400, {"message": "Invalid file extension .txt"})

    with AnsweringServer(answer) as server, pytest.raises(SearchSetupError, match=r"400.*Invalid file ext"):
        import_to(server)


def test_a_page_to_sign_in_is_not_taken_for_success() -> None:
    answer = Answer(200, "<html>Sign in</html>", "text/html")

    with AnsweringServer(answer) as server, pytest.raises(SearchSetupError, match="Cognito"):
        import_to(server)


def test_a_redirect_is_not_followed() -> None:
    with AnsweringServer(Answer(302)) as server, pytest.raises(SearchSetupError, match="302"):
        import_to(server)

    assert len(server.received) == 1


def test_the_default_index_pattern_is_a_signed_setting_of_the_global_tenant() -> None:
    with AnsweringServer(SET) as server:
        set_default(server)

    received = server.received[0]
    assert received.path == "/_dashboards/api/opensearch-dashboards/settings"
    assert received.json() == {"changes": {"defaultIndex": "flows"}}
    assert received.headers["securitytenant"] == "global"
    assert received.headers["osd-xsrf"] == "true"
    assert received.headers["content-type"] == "application/json"
    assert is_signed(received, server.url)


@pytest.mark.parametrize("settings", [{}, {"defaultIndex": {"userValue": "others", "isOverridden": True}}])
def test_a_default_index_pattern_that_was_not_taken_is_final(settings: dict[str, object]) -> None:
    answer = Answer(content={"settings": settings})

    with AnsweringServer(answer) as server, pytest.raises(SearchSetupError, match="did not take flows"):
        set_default(server)


def test_a_refused_default_index_pattern_is_final_and_says_what_it_is_about() -> None:
    answer = Answer(403, {"message": "no permissions"})

    with (
        AnsweringServer(answer) as server,
        pytest.raises(SearchSetupError, match=r"^default index pattern: Dashboards answered 403: .*no perm"),
    ):
        set_default(server)


def test_a_default_index_pattern_may_be_tried_again_while_dashboards_is_not_ready() -> None:
    answer = Answer(503, "OpenSearch Dashboards server is not ready yet", "text/plain")

    with AnsweringServer(answer) as server, pytest.raises(SearchUnavailableError, match="not ready yet"):
        set_default(server)
