import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.stacks.synthesis import Templates, synthesise

# W3005: the CDK writes out each dependency, also one that a reference implies already.
OPTIONS = ("--ignore-checks", "W3005", "--regions", "us-east-1", "eu-central-1")


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"size": "large", "retain_data": True, "alarm_email": "network-team@example.com"},
        {"instance_count": 1, "allowed_cidrs": "0.0.0.0/0,2001:db8::/32", "allow_public": True},
    ],
)
def test_no_template_has_a_fault(tmp_path: Path, context: dict[str, object]) -> None:
    templates = synthesise(**context)

    assert lint(tmp_path, templates.root, *templates.nested.values()) == ""


def test_a_fault_would_be_found(tmp_path: Path, templates: Templates) -> None:
    faulty = json.loads(json.dumps(templates.root).replace("python3.14", "python9.9"))

    assert "python9.9" in lint(tmp_path, faulty)


def lint(directory: Path, *templates: dict[str, Any]) -> str:
    paths = [directory / f"{number}.json" for number, _ in enumerate(templates)]
    for path, template in zip(paths, templates, strict=True):
        path.write_text(json.dumps(template))
    command = [str(Path(sys.executable).with_name("cfn-lint")), *map(str, paths), *OPTIONS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
