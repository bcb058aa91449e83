import json

from local.search.engine import Engine
from tests.dashboards.content import Json


def search(engine: Engine, index: str, body: Json) -> Json:
    answer = engine.request("POST", f"/{index}/_search", {"track_total_hits": True, **body})
    assert answer.status == 200, answer.data
    found: Json = json.loads(answer.data)
    return found
