import json

import pytest

from adapters.log import write_log


def test_a_log_entry_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    write_log("warning", "two\nlines", key="a/b", cause=ValueError("odd"))

    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert json.loads(line) == {"level": "warning", "message": "two\nlines", "key": "a/b", "cause": "odd"}
