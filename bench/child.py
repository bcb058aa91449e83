"""A part of a measurement in a fresh interpreter that has only the functions' own code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# For boto3, which is never asked to reach AWS here.
ENVIRONMENT = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
}


def run_module(name: str, *arguments: object) -> Any:  # noqa: ANN401 - what the module prints as JSON
    return _run("-m", name, *map(str, arguments))


def run_code(code: str) -> Any:  # noqa: ANN401 - what the code prints as JSON
    return _run("-c", code)


def _run(*arguments: str) -> Any:  # noqa: ANN401
    path = os.pathsep.join([str(ROOT), str(ROOT / "lambdas")])
    answer = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, *arguments],
        check=True,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": path},
    )
    return json.loads(answer.stdout)
