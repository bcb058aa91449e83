import io
import json
from pathlib import Path

from domain.flow_log_format import FlowLogFormat
from local.analyze.analysis import Analysis, Takers, analyze
from local.analyze.documents import Documents
from local.analyze.inventory_folder import read_inventory_folder
from tests.local.analyze.flow_logs import HEADER, REQUEST, to_text
from tests.local.analyze.recorded_inventory import RECORDED

WITH_FLAGS = f"{HEADER} tcp-flags"
SYN = f"{REQUEST} 2"
LATER = f"{REQUEST.replace('1795521600 1795521660', '1795521700 1795521760')} 0"


def analyze_lines(file: Path, *lines: str) -> tuple[Analysis, list[dict[str, object]]]:
    file.write_bytes(to_text(*lines))
    out = io.BytesIO()
    analysis = analyze([file], None, read_inventory_folder(RECORDED), Takers(Documents(file, out)))
    return analysis, [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_handshake_is_remembered_over_a_change_of_format(tmp_path: Path) -> None:
    lines = (WITH_FLAGS, SYN, HEADER, REQUEST, WITH_FLAGS, LATER)

    analysis, documents = analyze_lines(tmp_path / "flow.log", *lines)

    evidence = [document["initiator_evidence"] for document in documents]
    assert evidence == ["handshake", "ports", "paired"]
    assert analysis.evidence == {"handshake": 1, "ports": 1, "paired": 1}
    assert FlowLogFormat(tuple(WITH_FLAGS.split())) in analysis.counts.formats


def test_what_became_of_each_record_is_counted(tmp_path: Path) -> None:
    lines = (REQUEST, REQUEST.replace("ACCEPT", "REJECT"), REQUEST.replace("ACCEPT", "MAYBE"))

    analysis, documents = analyze_lines(tmp_path / "flow.log", *lines)

    assert analysis.documents == len(documents) == 2
    assert analysis.outcomes == {"rules": 1, "reject": 1}
    assert [line.place for line in analysis.counts.shown] == [f"{tmp_path / 'flow.log'}:3"]
