import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_

from stacks import function_packages
from stacks.function_packages import REPOSITORY, FunctionPackages

LAMBDAS = REPOSITORY / "lambdas"
DASHBOARDS = REPOSITORY / "dashboards"
RUNTIME = lambda_.Runtime.PYTHON_3_14

_BUNDLING = (Path(__file__), Path(function_packages.__file__))
_NOT_CODE = ("__pycache__", "*.pyc", ".*", "requirements.txt")


def build_function_code(stack: cdk.Stack) -> lambda_.Code:
    """One asset for all functions: lambdas/, dashboards/ beside it, and the packages that they import.

    The hash comes from the sources: the same commit gives the same template, bundled or not.
    Raises FunctionPackagesError where the packages are missing and pip can't install them.
    """
    if stack.bundling_required:
        # Here rather than in the bundling, from which an error comes back as one of the CDK's JavaScript.
        FunctionPackages().install()
    return lambda_.Code.from_asset(
        str(LAMBDAS),
        asset_hash_type=cdk.AssetHashType.CUSTOM,
        asset_hash=hash_files(LAMBDAS, DASHBOARDS, *_BUNDLING),
        bundling=cdk.BundlingOptions(image=RUNTIME.bundling_image, local=_LocalBundling()),
    )


@jsii.implements(cdk.ILocalBundling)
class _LocalBundling:
    """Takes the place of a container: everything in the asset is pure Python."""

    def try_bundle(self, output_dir: str, *, image: cdk.DockerImage, **_options: object) -> bool:  # noqa: ARG002
        copy_function_code(Path(output_dir))
        return True


def copy_function_code(target: Path) -> None:
    FunctionPackages().copy_to(target)
    ignore = shutil.ignore_patterns(*_NOT_CODE)
    shutil.copytree(LAMBDAS, target, ignore=ignore, dirs_exist_ok=True)
    shutil.copytree(DASHBOARDS, target / "dashboards", ignore=ignore)


def hash_files(*roots: Path) -> str:
    """Of contents and of names from the roots on: it does not matter where the checkout lies."""
    digest = hashlib.sha256()
    for root in roots:
        for path in _source_files(root):
            name = path.relative_to(root.parent).as_posix()
            content = path.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _source_files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")) if root.is_dir() else (root,):
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
            yield path
