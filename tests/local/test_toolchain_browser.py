import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local import toolchain
from local.toolchain import ToolchainError

Install = Callable[[str, str], Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Puts a shell script under this name on the PATH, where nothing else is."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("SG_LENS_BROWSER", raising=False)
    monkeypatch.setattr(toolchain, "INSTALLED_BROWSERS", toolchain.INSTALLED_BROWSERS[:4])
    monkeypatch.setattr(toolchain, "packaged_browser", lambda: Path("packaged"))
    toolchain.browser.cache_clear()

    def install(name: str, script: str) -> Path:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    yield install
    toolchain.browser.cache_clear()


def test_an_installed_browser_that_starts_is_taken(install: Install) -> None:
    installed = install("google-chrome", "exit 0")

    assert toolchain.browser() == installed


def test_an_installed_browser_that_does_not_start_is_passed_over(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    stub = install("chromium-browser", "echo 'requires the chromium snap' >&2; exit 10")
    installed = install("google-chrome", "exit 0")

    assert toolchain.browser() == installed
    assert f"{stub} does not start (exit code 10)" in capsys.readouterr().err


def test_an_installed_browser_that_hangs_is_passed_over(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toolchain, "START_TIMEOUT", 0.2)
    install("chromium", "exec /bin/sleep 30")

    assert toolchain.browser() == Path("packaged")


def test_a_machine_without_a_browser_takes_the_packaged_one(install: Install) -> None:
    install("firefox", "exit 0")

    assert toolchain.browser() == Path("packaged")


def test_a_named_browser_is_taken_before_an_installed_one(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("chromium", "exit 0")
    named = install("my-chromium", "exit 0")
    monkeypatch.setenv("SG_LENS_BROWSER", str(named))

    assert toolchain.browser() == named


@pytest.mark.usefixtures("install")
def test_a_named_browser_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SG_LENS_BROWSER", "/opt/nothing")

    with pytest.raises(ToolchainError, match=r"SG_LENS_BROWSER names /opt/nothing"):
        toolchain.browser()


def test_a_machine_that_the_package_is_not_for_is_an_error_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")

    with pytest.raises(ToolchainError, match="Install Chromium or Google Chrome"):
        toolchain.packaged_browser()


def test_a_package_that_can_not_be_unpacked_is_an_error_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "node_modules" / "@sparticuz" / "chromium"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"version": "9.9.9"}')
    monkeypatch.setattr(toolchain, "node_modules", lambda _cache: tmp_path / "node_modules")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")

    with pytest.raises(ToolchainError, match="could not be unpacked"):
        toolchain.packaged_browser(tmp_path)

    assert not list((tmp_path / "browser").glob("9.9.9-????????????"))


@pytest.mark.parametrize("package", ["aws-cdk", "axe-core", "rison-node", "vega", "@sparticuz/chromium"])
def test_what_the_local_run_takes_from_npm_is_in_one_folder(package: str) -> None:
    assert (toolchain.node_modules() / package / "package.json").exists()
