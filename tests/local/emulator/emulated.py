"""What tests make in the local cloud: roles, functions, stacks."""

import io
import json
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from itertools import count
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.credentials import Credentials

from local.cloud import LocalCloud

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import FilterTypeDef

Found = TypeVar("Found")
Statement = Mapping[str, Any]

# Calls one operation as the function's role: "allowed", or AWS's error code.
CALL_AN_API = """
import boto3
from botocore.exceptions import ClientError

def handler(event, context):
    try:
        getattr(boto3.client(event["service"]), event["operation"])(**event["parameters"])
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "allowed"
"""
ALWAYS_FAILS = "def handler(event, context):\n    raise RuntimeError('asked to fail')\n"
KEEPS_EVENTS = """
import boto3, json, os

def handler(event, context):
    body = json.dumps(event)
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=context.aws_request_id, Body=body)
"""

_numbers = count(1)


def new_name(word: str) -> str:
    return f"{word}-{next(_numbers)}"


def wait_until(get: Callable[[], Found], timeout: float = 20.0) -> Found:
    """What `get` returns as soon as it is true."""
    deadline = monotonic() + timeout
    while not (found := get()):
        assert monotonic() < deadline, f"still {found!r} after {timeout} s"
        sleep(0.1)
    return found


def find_processes(text: str) -> dict[int, str]:
    """The command lines that hold this text, by process id."""
    command = ["ps", "-A", "-ww", "-o", "pid=,args="]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = [line.split(maxsplit=1) for line in listed.splitlines()]
    return {int(pid): arguments for pid, arguments in lines if text in arguments}


def filter_by(name: str, *values: str) -> "FilterTypeDef":
    return {"Name": name, "Values": values}


def allow(actions: str | list[str], resources: str | list[str] = "*") -> Statement:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def make_role(cloud: LocalCloud, *statements: Statement, trusted: Mapping[str, str] | None = None) -> str:
    """The role's ARN; Lambda may assume it unless `trusted` names another principal."""
    iam, name = cloud.client("iam"), new_name("role")
    principal = trusted or {"Service": "lambda.amazonaws.com"}
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=_policy(*statements))
    return role["Role"]["Arn"]


def assume(cloud: LocalCloud, role_arn: str) -> Credentials:
    """The role has to trust the account."""
    session = cloud.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="tests")["Credentials"]
    return Credentials(session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])


def make_function(
    cloud: LocalCloud, source: str, *statements: Statement, environment: Mapping[str, str] | None = None
) -> str:
    """The function's name; its role has these statements."""
    name = new_name("function")
    cloud.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.14",
        Handler="index.handler",
        Role=make_role(cloud, *statements),
        Code={"ZipFile": _zipped(source)},
        Environment={"Variables": dict(environment or {})},
        Timeout=30,
    )
    return name


def function_arn(cloud: LocalCloud, name: str) -> str:
    return f"arn:aws:lambda:{cloud.region}:{cloud.account}:function:{name}"


def make_keeper(cloud: LocalCloud) -> tuple[str, str]:
    """A function that keeps each event that it gets, and the bucket where."""
    bucket = new_name("kept")
    cloud.client("s3").create_bucket(Bucket=bucket)
    statement = allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*")
    return make_function(cloud, KEEPS_EVENTS, statement, environment={"BUCKET": bucket}), bucket


def let_invoke(cloud: LocalCloud, function: str, service: str, source_arn: str) -> None:
    cloud.client("lambda").add_permission(
        FunctionName=function,
        StatementId=new_name("statement"),
        Action="lambda:InvokeFunction",
        Principal=service,
        SourceArn=source_arn,
    )


def call(cloud: LocalCloud, function: str, event: object) -> Any:  # noqa: ANN401 - any JSON
    answer = cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    return json.loads(answer["Payload"].read())


def read_objects(cloud: LocalCloud, bucket: str) -> dict[str, Any]:
    """The JSON documents in a bucket by key."""
    s3 = cloud.client("s3")
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return {key: json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys}


def deploy(
    cloud: LocalCloud,
    resources: Mapping[str, Any],
    outputs: Mapping[str, Any] | None = None,
    name: str | None = None,
) -> str:
    """The stack's name, whether it was created or has failed."""
    cloudformation, name = cloud.client("cloudformation"), name or new_name("stack")
    cloudformation.create_stack(StackName=name, TemplateBody=_template(resources, outputs))
    wait_until(lambda: _ended_status(cloud, name), timeout=60)
    return name


def redeploy(cloud: LocalCloud, stack: str, resources: Mapping[str, Any], outputs: Mapping[str, Any]) -> None:
    template = _template(resources, outputs)
    cloud.client("cloudformation").update_stack(StackName=stack, TemplateBody=template)
    assert wait_until(lambda: _ended_status(cloud, stack)) == "UPDATE_COMPLETE"


def destroy(cloud: LocalCloud, stack: str) -> str:
    """The status in which the stack ends."""
    cloudformation = cloud.client("cloudformation")
    stack_id = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
    cloudformation.delete_stack(StackName=stack)
    return wait_until(lambda: _ended_status(cloud, stack_id))


def read_outputs(cloud: LocalCloud, stack: str) -> dict[str, str]:
    described = cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}


def read_reasons(cloud: LocalCloud, stack: str) -> str:
    """Why resources of the stack failed."""
    events = cloud.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    return "\n".join(e["ResourceStatusReason"] for e in events if e.get("ResourceStatusReason"))


def _template(resources: Mapping[str, Any], outputs: Mapping[str, Any] | None) -> str:
    values = {key: {"Value": value} for key, value in (outputs or {}).items()}
    return json.dumps({"Resources": resources, "Outputs": values})


def _ended_status(cloud: LocalCloud, stack_id: str) -> str:
    status = cloud.client("cloudformation").describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]
    return "" if status.endswith("IN_PROGRESS") else status


def _policy(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _zipped(source: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", source)
    return archive.getvalue()
