import sys
from pathlib import Path

import pytest

from stacks.function_packages import REQUIREMENTS, FunctionPackages, FunctionPackagesError


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the packages of lambdas/requirements.txt as it is."""
    cache = tmp_path_factory.mktemp("cache")
    FunctionPackages(cache=cache).install()
    return cache


@pytest.fixture
def impossible(tmp_path: Path) -> Path:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"{REQUIREMENTS.read_text()}./no-such-package\n")
    return requirements


def test_what_is_installed_already_is_used_without_pip(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", "no-such-python")

    FunctionPackages(cache=cache).copy_to(tmp_path / "asset")

    assert (tmp_path / "asset" / "opensearchpy").is_dir()


def test_other_requirements_are_not_taken_for_what_is_installed(cache: Path, impossible: Path) -> None:
    before = list(cache.iterdir())

    with pytest.raises(FunctionPackagesError):
        FunctionPackages(requirements=impossible, cache=cache).install()

    assert list(cache.iterdir()) == before


def test_a_failed_pip_is_told_with_what_it_said(cache: Path, impossible: Path) -> None:
    with pytest.raises(FunctionPackagesError) as caught:
        FunctionPackages(requirements=impossible, cache=cache).install()

    assert f"pip could not install {impossible} for the functions" in str(caught.value)
    assert "no-such-package" in str(caught.value)
