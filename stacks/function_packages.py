import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
REQUIREMENTS = REPOSITORY / "lambdas" / "requirements.txt"

# Pinned wheels that run on every machine: the asset is the same wherever it is built.
_PIP_OPTIONS = (
    *("--no-deps", "--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none"),
    *("--python-version=3.14", "--no-compile", "--quiet"),
    *("--disable-pip-version-check", "--no-input", "--no-color"),
)
# botocore describes every AWS service in 20 MB; these are the ones that the functions call.
KEPT_SERVICES = frozenset({"ec2", "lambda", "opensearch", "s3", "secretsmanager"})


class FunctionPackagesError(Exception):
    """The packages of lambdas/requirements.txt could not be installed."""


class FunctionPackages:
    """The functions' own packages as a directory, installed once for each content of the requirements."""

    def __init__(self, *, requirements: Path = REQUIREMENTS, cache: Path = REPOSITORY / ".cache") -> None:
        self._requirements = requirements
        recipe = requirements.read_bytes() + Path(__file__).read_bytes()
        self._directory = cache / f"lambda-packages-{hashlib.sha256(recipe).hexdigest()[:16]}"

    def copy_to(self, target: Path) -> None:
        self.install()
        shutil.copytree(self._directory, target, dirs_exist_ok=True)

    def install(self) -> None:
        """Raises FunctionPackagesError where pip fails. What was installed before needs no network."""
        if self._directory.exists():
            return
        # The directory appears only when it is complete.
        self._directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._directory.parent, prefix="lambda-packages-") as scratch:
            unfinished = Path(scratch) / "packages"
            self._run_pip(unfinished)
            _remove_unused(unfinished)
            if not self._directory.exists():
                unfinished.rename(self._directory)

    def _run_pip(self, target: Path) -> None:
        command = [sys.executable, "-m", "pip", "install", *_PIP_OPTIONS]
        command += ["--requirement", str(self._requirements), "--target", str(target)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 nothing of it is input
        if done.returncode != 0:
            raise FunctionPackagesError(
                f"pip could not install {self._requirements} for the functions:\n{done.stderr.strip()}\n"
                "Is the package index reachable, and is there a pure-Python wheel of each version?"
            )


def _remove_unused(packages: Path) -> None:
    """Leaves the newest description of each service that is called, and no scripts."""
    shutil.rmtree(packages / "bin", ignore_errors=True)
    for service in (packages / "botocore" / "data").iterdir():
        if not service.is_dir():
            continue
        versions = sorted(service.iterdir())
        for unused in versions[:-1] if service.name in KEPT_SERVICES else (service,):
            shutil.rmtree(unused)
