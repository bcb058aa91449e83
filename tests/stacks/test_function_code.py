"""The asset itself, built as `cdk synth` builds it."""

import ast
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from stacks.function_code import DASHBOARDS, LAMBDAS, copy_function_code, hash_files
from stacks.function_packages import KEPT_SERVICES

FUNCTIONS = (
    *("advisor", "flow_ingest", "index_page", "inventory_sync", "redrive", "rule_usage", "search_setup"),
)

# Neither site-packages nor the checkout: only what the asset holds, and the standard library.
ISOLATED = """
    import sys
    asset, module = sys.argv[1:]
    sys.path.insert(0, asset)
    __import__(module)
    stray = [
        name
        for name, loaded in sys.modules.items()
        if "site-packages" in (getattr(loaded, "__file__", None) or "")
    ]
    assert not stray, stray
"""


@pytest.fixture(scope="module")
def asset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("asset")
    copy_function_code(directory)
    return directory


def run_isolated(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", "-B", "-c", textwrap.dedent(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_imports_from_the_asset_alone(asset: Path, function: str) -> None:
    done = run_isolated(ISOLATED, str(asset), f"{function}.handler")

    assert done.returncode == 0, done.stderr


def test_the_isolated_interpreter_has_no_packages_of_its_own() -> None:
    done = run_isolated("import boto3")

    assert "ModuleNotFoundError" in done.stderr


def test_every_service_that_a_function_calls_has_its_description_in_the_asset(asset: Path) -> None:
    called = set().union(*(find_clients(path) for path in LAMBDAS.rglob("*.py")))

    done = run_isolated(
        "import sys; sys.path.insert(0, sys.argv[1]); import boto3\n"
        "for service in sys.argv[2:]: boto3.client(service, region_name='us-east-1')",
        str(asset),
        *sorted(called),
    )

    assert called == KEPT_SERVICES
    assert done.returncode == 0, done.stderr


def find_clients(path: Path) -> set[str]:
    """The services in `boto3.client("...")`."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return {
        ast.literal_eval(call.args[0])
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "client" and call.args
    }


def test_the_dashboards_lie_beside_the_packages(asset: Path) -> None:
    in_asset = {path.relative_to(asset / "dashboards") for path in (asset / "dashboards").rglob("*.*json")}

    assert in_asset == {path.relative_to(DASHBOARDS) for path in DASHBOARDS.rglob("*.*json")}
    assert in_asset


def test_the_parts_of_the_pages_lie_beside_what_assembles_them(asset: Path) -> None:
    parts = {path.name for path in (LAMBDAS / "pages").iterdir() if path.suffix in {".html", ".css", ".js"}}

    assert parts
    assert parts <= {path.name for path in (asset / "pages").iterdir()}


def test_the_asset_holds_nothing_that_is_made_by_running_it(asset: Path) -> None:
    assert not [path for path in asset.rglob("*") if path.suffix == ".pyc" or path.name == "__pycache__"]


def test_the_asset_is_small_enough_to_start_quickly(asset: Path) -> None:
    size = sum(path.stat().st_size for path in asset.rglob("*") if path.is_file())

    assert size < 12_000_000


def test_nothing_in_the_asset_is_built_for_one_machine(asset: Path) -> None:
    assert not [path for path in asset.rglob("*") if path.suffix in {".so", ".pyd", ".dylib"}]


def test_the_hash_follows_names_and_contents_and_nothing_else(tmp_path: Path) -> None:
    here, there = (make_sources(tmp_path / name / "lambdas") for name in ("here", "there"))
    (there / "__pycache__").mkdir()
    (there / "__pycache__" / "handler.cpython-311.pyc").write_bytes(b"made by running it")
    assert hash_files(here) == hash_files(there)

    (there / "handler.py").write_text("changed")
    assert hash_files(here) != hash_files(there)

    (there / "handler.py").write_text("unchanged")
    (there / "page.css").write_text("changed")
    assert hash_files(here) != hash_files(there)

    (there / "handler.py").unlink()
    (here / "handler.py").rename(here / "renamed.py")
    assert hash_files(here) != hash_files(make_sources(tmp_path / "third" / "lambdas"))


def make_sources(directory: Path) -> Path:
    directory.mkdir(parents=True)
    for name in ("handler.py", "page.css"):
        (directory / name).write_text("unchanged")
    return directory
