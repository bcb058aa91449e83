from pathlib import Path

import pytest

from bench.formats import FORMATS
from bench.offline import Offline, make_flows, write_file


@pytest.mark.parametrize("version", FORMATS)
def test_every_record_is_read(tmp_path: Path, version: str) -> None:
    file = write_file(tmp_path / "flow.log", version, make_flows(500))

    assert Offline(version, tmp_path).run(file) == 500
