"""Runs a script with an `aws` of the test's own making in place of the AWS CLI."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SHELLS: Final = [shell for shell in ("sh", "dash", "bash", "busybox") if shutil.which(shell)]
# Records its arguments; knows the rules of a file, and answers a dry run as EC2 does.
_RECORDER: Final = """\
#!/bin/sh
printf '%s\\0' "$#" "$@" >>"$CALLS"
for word in "$@"; do
  case $word in
    describe-security-group-rules) cat "$RULES"; exit 0 ;;
    --dry-run) echo 'An error occurred (DryRunOperation): it would have succeeded' >&2; exit 254 ;;
  esac
done
"""


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    output: str
    errors: str


def run_script(
    script: str, directory: Path, *options: str, path: str, shell: str = "sh", **variables: str
) -> Ran:
    file = directory / "script.sh"
    file.write_text(script)
    command = [*(["busybox", "sh"] if shell == "busybox" else [shell]), str(file), *options]
    environment = {"PATH": f"{path}{os.pathsep}{os.environ['PATH']}", "HOME": str(directory), **variables}
    answer = subprocess.run(
        command,
        env=environment,
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        # A test may interrupt the script with all that it has started.
        start_new_session=True,
    )
    return Ran(answer.returncode, answer.stdout, answer.stderr)


def record_calls(
    script: str, directory: Path, rules: str, *options: str, shell: str = "sh", then: str = ""
) -> tuple[Ran, list[list[str]]]:
    """The calls of the AWS CLI; `rules` is what it answers for the group's rules, `then` what it does in a
    call that changes something."""
    calls, known = directory / "calls", directory / "rules"
    calls.write_text("")
    known.write_text(rules)
    recorder = directory / "bin" / "aws"
    recorder.parent.mkdir(exist_ok=True)
    recorder.write_text(_RECORDER + then)
    recorder.chmod(0o755)
    variables = {"CALLS": str(calls), "RULES": str(known)}
    ran = run_script(script, directory, *options, path=str(recorder.parent), shell=shell, **variables)
    return ran, _parse_calls(calls.read_bytes().decode().split("\0")[:-1])


def _parse_calls(words: Sequence[str]) -> list[list[str]]:
    calls = []
    while words:
        count = int(words[0])
        calls.append(list(words[1 : count + 1]))
        words = words[count + 1 :]
    return calls
