from pathlib import Path

import pytest

from bench.formats import FORMATS
from bench.offline import Way, make_lines, write_file


@pytest.mark.parametrize("version", FORMATS)
@pytest.mark.parametrize("is_counting", [True, False])
def test_every_record_is_read(tmp_path: Path, version: str, is_counting: bool) -> None:
    file = write_file(tmp_path / "flow.log", version, make_lines(version, 500))

    assert Way(version, tmp_path, is_counting=is_counting).run(file) == 500
