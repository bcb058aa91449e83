import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from local import toolchain
from local.build_once import build_once
from local.toolchain import ToolchainError

CONTENT = b"a library"


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[str]:
    """A Maven repository with one file, org.opensearch:opensearch:9.9.9."""
    folder = tmp_path / "repository" / "org" / "opensearch" / "opensearch" / "9.9.9"
    folder.mkdir(parents=True)
    (folder / "opensearch-9.9.9.jar").write_bytes(CONTENT)
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path / "repository")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _recipe(folder: Path, content: bytes = CONTENT) -> Path:
    (folder / "home" / "modules").mkdir(parents=True)
    (folder / "home" / "modules" / "module.policy").write_text("grant {};")
    line = f"lib org.opensearch:opensearch:9.9.9 {hashlib.sha256(content).hexdigest()}\n"
    (folder / "artifacts.txt").write_text(f"# a comment\n{line}")
    return folder


def test_the_engine_is_assembled_from_the_repository_and_the_recipe(tmp_path: Path, repository: str) -> None:
    recipe = _recipe(tmp_path / "recipe")

    home = toolchain.engine_home(tmp_path / "cache", recipe, repository)

    assert (home / "lib" / "opensearch-9.9.9.jar").read_bytes() == CONTENT
    assert (home / "modules" / "module.policy").exists()


def test_another_recipe_makes_another_engine(tmp_path: Path, repository: str) -> None:
    first = toolchain.engine_home(tmp_path / "cache", _recipe(tmp_path / "recipe"), repository)
    (tmp_path / "recipe" / "home" / "modules" / "module.policy").write_text("grant { permission x; };")

    second = toolchain.engine_home(tmp_path / "cache", tmp_path / "recipe", repository)

    assert first != second


def test_a_download_that_broke_off_is_fetched_again(tmp_path: Path, repository: str) -> None:
    recipe, cache = _recipe(tmp_path / "recipe"), tmp_path / "cache"
    left_behind = cache / "maven" / "org" / "opensearch" / "opensearch" / "9.9.9" / "opensearch-9.9.9.jar"
    left_behind.parent.mkdir(parents=True)
    left_behind.write_bytes(CONTENT[:3])

    home = toolchain.engine_home(cache, recipe, repository)

    assert (home / "lib" / "opensearch-9.9.9.jar").read_bytes() == CONTENT


def test_a_file_with_another_hash_than_the_recipe_says_is_refused(tmp_path: Path, repository: str) -> None:
    recipe = _recipe(tmp_path / "recipe", b"what it was when the recipe was written")

    with pytest.raises(ToolchainError, match=r"opensearch:9\.9\.9:jar has the SHA-256"):
        toolchain.engine_home(tmp_path / "cache", recipe, repository)

    assert not list((tmp_path / "cache" / "engine").glob("9.9.9-????????????"))


def test_an_unreachable_repository_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path / "recipe")

    with pytest.raises(ToolchainError, match="Is Maven Central reachable"):
        toolchain.engine_home(tmp_path / "cache", recipe, "http://127.0.0.1:9")


def test_an_unreachable_npm_registry_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_fetch_retries", "0")

    with pytest.raises(ToolchainError, match="Is the npm registry reachable"):
        toolchain.cdk_command(tmp_path)


def test_what_is_there_is_not_built_again(tmp_path: Path) -> None:
    built: list[Path] = []

    build_once(tmp_path / "part", built.append, "a part")
    build_once(tmp_path / "part", built.append, "a part")

    assert len(built) == 1


def test_an_interrupted_build_is_begun_again_from_nothing(tmp_path: Path) -> None:
    def be_interrupted(staging: Path) -> None:
        (staging / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_once(tmp_path / "part", be_interrupted, "a part")
    assert not (tmp_path / "part").exists()

    build_once(tmp_path / "part", lambda staging: (staging / "whole").touch(), "a part")

    assert [path.name for path in (tmp_path / "part").iterdir()] == ["whole"]


def test_two_processes_at_once_build_it_once(tmp_path: Path) -> None:
    script = """
import sys, time
from pathlib import Path
from local.build_once import build_once
folder = Path(sys.argv[1])
def build(staging):
    with (folder / "builds").open("a") as builds:
        builds.write("built ")
    time.sleep(0.5)
build_once(folder / "part", build, "a part")
"""
    command = [sys.executable, "-c", script, str(tmp_path)]

    processes = [subprocess.Popen(command, cwd=toolchain.LOCAL.parent) for _ in range(2)]
    codes = [process.wait(timeout=60) for process in processes]

    assert codes == [0, 0]
    assert (tmp_path / "builds").read_text() == "built "


def test_the_cdk_command_runs_the_pinned_version_on_the_packaged_node() -> None:
    pinned = json.loads((toolchain.LOCAL / "package.json").read_text())["dependencies"]["aws-cdk"]

    answer = subprocess.run(
        [*toolchain.cdk_command(), "--version"], capture_output=True, text=True, check=True
    )

    assert answer.stdout.split()[0] == pinned


def test_the_aws_cli_is_the_pinned_version_whatever_other_packages_are_installed() -> None:
    pinned = toolchain.AWS_CLI_PACKAGES.read_text().partition("awscli==")[2].split()[0]

    answer = subprocess.run([toolchain.aws_cli(), "--version"], capture_output=True, text=True, check=True)

    assert answer.stdout.startswith(f"aws-cli/{pinned} ")


def test_an_unreachable_package_index_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")

    with pytest.raises(ToolchainError, match="Is the package index reachable"):
        toolchain.aws_cli(tmp_path)


def test_the_lock_file_names_no_registry() -> None:
    lock_file = (toolchain.LOCAL / "package-lock.json").read_text()

    assert "resolved" not in lock_file
    assert "http" not in lock_file


def test_java_is_a_version_that_the_engine_runs_on() -> None:
    answer = subprocess.run([toolchain.java(), "-version"], capture_output=True, text=True, check=True)

    assert 'version "21.' in answer.stderr


def test_every_file_of_the_engine_is_pinned_once() -> None:
    files = toolchain.engine_files()

    assert len({(file.folder, file.name) for file in files}) == len(files)
    assert all(len(file.sha256) == 64 for file in files)
