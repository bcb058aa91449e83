"""Synthesises the app with the context of cdk.json, as the CLI does, and without bundling."""

import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import aws_cdk as cdk

from stacks.app_config import AppConfig
from stacks.sg_lens_stack import SgLensStack

REPOSITORY = Path(__file__).parents[2]
VPC_ID = "vpc-0123456789abcdef0"
SUBNET_ID = "subnet-0123456789abcdef0"
REQUIRED: dict[str, object] = {"vpc_ids": [VPC_ID, SUBNET_ID], "allowed_cidrs": ["203.0.113.0/24"]}

_FROM_THE_CLI: dict[str, object] = {
    "aws:cdk:enable-path-metadata": True,
    "aws:cdk:enable-asset-metadata": True,
    "aws:cdk:bundling-stacks": [],
}
# Goes when the tests are over.
_ASSEMBLIES = TemporaryDirectory(prefix="sg-lens-synth-")

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Templates:
    """The root template, and those of the nested stacks by the ids in `vpc_ids`."""

    root: dict[str, Any]
    nested: dict[str, dict[str, Any]]

    def of_type(self, resource_type: str) -> dict[str, Resource]:
        """Resources of the root by their logical ids."""
        return {name: each for name, each in self.root["Resources"].items() if each["Type"] == resource_type}

    def only(self, resource_type: str) -> Resource:
        (resource,) = self.of_type(resource_type).values()
        return resource

    def at(self, path: str) -> Resource:
        """The root's resource with this construct path below the stack."""
        resources: list[Resource] = list(self.root["Resources"].values())
        (resource,) = (each for each in resources if _path(each) == f"SgLens/{path}")
        return resource

    def all_resources(self) -> list[Resource]:
        templates = (self.root, *self.nested.values())
        return [resource for template in templates for resource in template["Resources"].values()]


def read_context(**context: object) -> dict[str, object]:
    """What the app sees: the CLI leaves null out, and here nothing is bundled."""
    defaults = json.loads((REPOSITORY / "cdk.json").read_text())["context"]
    merged = {**defaults, **_FROM_THE_CLI, **REQUIRED, **context}
    return {key: value for key, value in merged.items() if value is not None}


def make_app(**context: object) -> cdk.App:
    context = read_context(**context)
    app = cdk.App(context=context, outdir=mkdtemp(dir=_ASSEMBLIES.name))
    SgLensStack(app, "SgLens", config=AppConfig.from_context(context))
    return app


def synthesise(**context: object) -> Templates:
    assembly = make_app(**context).synth()
    root = assembly.get_stack_by_name("SgLens").template
    directory = Path(assembly.directory)
    nested = {
        _path(resource).split("/")[1].removesuffix(".NestedStack"): json.loads(
            (directory / resource["Metadata"]["aws:asset:path"]).read_text()
        )
        for resource in root["Resources"].values()
        if resource["Type"] == "AWS::CloudFormation::Stack"
    }
    return Templates(root, nested)


def _path(resource: Resource) -> str:
    return str(resource.get("Metadata", {}).get("aws:cdk:path", ""))
