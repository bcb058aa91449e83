"""app.py as the CDK CLI runs it: a process of its own, told by the environment."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.stacks.synthesis import REPOSITORY, VPC_ID, read_context

# From the CLI: which stacks the command at hand needs with their code, and that it judges findings itself.
JUDGING = {"@aws-cdk/core:failSynthOnValidationErrors": False}
DEPLOYING: dict[str, object] = {"aws:cdk:bundling-stacks": ["**"], **JUDGING}
DESTROYING: dict[str, object] = {"aws:cdk:bundling-stacks": [], **JUDGING}
MISTAKEN: dict[str, object] = {"vpc_ids": [], "allowed_cidrs": "0.0.0.0/0", "vpc_id": VPC_ID}


@pytest.fixture
def outdir(tmp_path: Path) -> Path:
    return tmp_path / "cdk.out"


def run_app(outdir: Path, context: dict[str, object]) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "CDK_CONTEXT_JSON": json.dumps(read_context(**context)),
        "CDK_OUTDIR": str(outdir),
    }
    command = [sys.executable, str(REPOSITORY / "app.py")]
    return subprocess.run(
        command, env=environment, cwd=outdir.parent, capture_output=True, text=True, check=False
    )


def read_template(outdir: Path) -> dict[str, Any]:
    template: dict[str, Any] = json.loads((outdir / "SgLens.template.json").read_text())
    return template


def test_it_synthesises_the_root_stack_with_the_code_of_its_functions(outdir: Path) -> None:
    done = run_app(outdir, DEPLOYING)

    assert done.returncode == 0, done.stderr
    assert read_template(outdir)["Resources"]
    (handler,) = outdir.glob("asset.*/flow_ingest/handler.py")
    assert handler.is_file()


def test_it_ends_with_the_list_of_mistakes_and_without_a_traceback(outdir: Path) -> None:
    done = run_app(outdir, DEPLOYING | MISTAKEN)

    assert done.returncode == 1
    assert done.stderr.startswith("SG Lens: 3 mistakes in the context")
    assert "Traceback" not in done.stderr
    assert not (outdir / "SgLens.template.json").exists()


def test_it_lets_a_stack_be_destroyed_whatever_the_configuration_is_by_now(outdir: Path) -> None:
    done = run_app(outdir, DESTROYING | MISTAKEN)

    assert done.returncode == 0, done.stderr
    assert "Resources" not in read_template(outdir)
