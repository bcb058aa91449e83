from collections.abc import Mapping
from functools import partial
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3 import PoolManager

from adapters.cloudformation_response import CloudFormationResponse, send_response
from adapters.lambda_context import LambdaContext, remaining_seconds
from adapters.log import write_log
from domain.errors import SgLensError
from search_setup.buckets import empty_buckets
from search_setup.connection import connect
from search_setup.content import Content
from search_setup.deadline import Deadline, keep_trying
from search_setup.environment import Environment
from search_setup.first_page import publish_first_page
from search_setup.request import SetupProperties, SetupRequest, parse_buckets, parse_properties, parse_request
from search_setup.retained import NO_NOTICE, get_retained_notice
from search_setup.steps import ensure_own_roles, plan_steps

# The asset has this folder beside the packages.
CONTENT_FOLDER = Path(__file__).parents[1] / "dashboards"
# Left for the request that is under way then, and for the answer with its retries.
_MARGIN_SECONDS = 60
_AWS_CONFIG = Config(connect_timeout=5, read_timeout=20)


def lambda_handler(event: Mapping[str, object], context: LambdaContext) -> None:
    request = parse_request(event)
    response = _after_unforeseen_error(request)
    try:
        response = _carry_out(request, Deadline(lambda: remaining_seconds(context) - _MARGIN_SECONDS))
    finally:
        # Also on the way out of an error that nobody foresaw: CloudFormation waits for an answer.
        send_response(PoolManager(), request.response_url, response)


def _after_unforeseen_error(request: SetupRequest) -> CloudFormationResponse:
    if request.request_type == "Delete":
        return request.succeeded()
    return request.failed(
        "the search set-up met an unforeseen error: see the log of the function search_setup"
    )


def _carry_out(request: SetupRequest, deadline: Deadline) -> CloudFormationResponse:
    if request.request_type == "Delete":
        empty_buckets(boto3.client("s3", config=_AWS_CONFIG), parse_buckets(request.properties), deadline)
        return request.succeeded()
    try:
        properties = parse_properties(request.properties)
        _set_up_search(properties, deadline)
        return request.succeeded({"Notice": _get_notice(request, properties)})
    except (SgLensError, ClientError, BotoCoreError) as error:
        write_log("error", "the search set-up failed", reason=str(error))
        return request.failed(str(error))


def _set_up_search(properties: SetupProperties, deadline: Deadline) -> None:
    content = Content.load(CONTENT_FOLDER)
    environment = Environment.from_env()
    connection = connect(environment, boto3.client("secretsmanager", config=_AWS_CONFIG))
    own_role = partial(ensure_own_roles, connection.admin, connection.get_master, properties.own_role_arn)
    keep_trying(own_role, deadline)
    viewer = connection.get_viewer()
    for step in plan_steps(connection.admin, connection.dashboards, content, properties, viewer):
        keep_trying(step, deadline)
    keep_trying(partial(publish_first_page, environment.index_page_function, deadline), deadline)


def _get_notice(request: SetupRequest, properties: SetupProperties) -> str:
    if request.request_type != "Create":
        return NO_NOTICE
    return get_retained_notice(boto3.client("opensearch", config=_AWS_CONFIG), properties.domain_arn)
