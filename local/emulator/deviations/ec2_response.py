"""EC2's XML, written as the service model has it: what boto3 returns goes in, what boto3 reads comes out."""

from collections.abc import Mapping
from functools import cache
from typing import Final
from uuid import uuid4
from xml.etree import ElementTree as ET

from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, Shape, StructureShape

from local.emulator.ministack import Response, ec2

NAMESPACE: Final = "http://ec2.amazonaws.com/doc/2016-11-15/"


class Ec2Error(Exception):
    """What EC2 refuses with status 400 and its error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def response(self) -> Response:
        response: Response = ec2._error(self.code, str(self), 400)
        return response


def respond(operation: str, answer: Mapping[str, object]) -> Response:
    root = ET.Element(f"{operation}Response", xmlns=NAMESPACE)
    shape = _service_model().operation_model(operation).output_shape
    if isinstance(shape, StructureShape):
        _append_members(root, shape, answer)
    ET.SubElement(root, "requestId").text = str(uuid4())
    return 200, {"Content-Type": "text/xml;charset=UTF-8"}, ET.tostring(root, xml_declaration=True)


def items(operation: str, member: str, values: list[dict[str, object]]) -> str:
    """The `<item>` elements of one list in an answer, for MiniStack's own handlers to put around."""
    _, _, body = respond(operation, {member: values})
    (found,) = (child for child in ET.fromstring(body) if not child.tag.endswith("requestId"))  # noqa: S314 - own XML
    return "".join(ET.tostring(item, encoding="unicode") for item in found)


def _append_members(element: ET.Element, shape: StructureShape, value: Mapping[str, object]) -> None:
    for name, member in shape.members.items():
        if value.get(name) is not None:
            _append(element, str(member.serialization.get("name", name)), member, value[name])


def _append(parent: ET.Element, name: str, shape: Shape, value: object) -> None:
    element = ET.SubElement(parent, name)
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        _append_members(element, shape, value)
    elif isinstance(shape, ListShape) and isinstance(value, list | tuple):
        for item in value:
            _append(element, str(shape.member.serialization.get("name", "item")), shape.member, item)
    else:
        element.text = str(value).lower() if isinstance(value, bool) else str(value)


@cache
def _service_model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("ec2", "service-2"), "ec2")
