from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.data_store import DataStore
from stacks.domain_size import DomainSize
from stacks.function_code import DASHBOARDS, LAMBDAS, hash_files
from stacks.function_role import FunctionRole
from stacks.lens_function import LensFunction
from stacks.search_domain import SearchDomain

# What a deployment applies again when it has changed; without the pages their new look would wait an hour.
_CONTENT = (DASHBOARDS, *(LAMBDAS / name for name in ("search_setup", "index_page", "pages")))


class SearchSetup(Construct):
    """The custom resource that prepares the domain: index templates, roles and mappings, saved objects; and
    the first index page.

    What writes data depends on `resource`: templates come before data, and destroy empties the buckets last.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: lambda_.Code,
        search: SearchDomain,
        store: DataStore,
        size: DomainSize,
        engine_roles: Mapping[str, FunctionRole],
        index_page: lambda_.Function,
    ) -> None:
        super().__init__(scope, construct_id)
        role = engine_roles["search_setup"]
        function = _function(self, code=code, role=role, search=search, index_page=index_page)
        _allow_setup(role, search)
        index_page.grant_invoke_latest_version(role.role)
        if not store.is_retained:
            _allow_emptying(role, store)
        self.function = function
        self.resource = cdk.CustomResource(
            self,
            "Resource",
            service_token=function.function_arn,
            resource_type="Custom::SgLensSearchSetup",
            # Lambda makes three attempts, each of a quarter of an hour at most.
            service_timeout=cdk.Duration.hours(1),
            properties={
                "ContentHash": hash_files(*_CONTENT),
                "DomainArn": search.arn,
                "RoleArns": {name: each.role.role_arn for name, each in engine_roles.items()},
                "IndexShards": str(size.shards),
                "IndexReplicas": str(size.replicas),
                "Buckets": [] if store.is_retained else [bucket.bucket_name for bucket in store.buckets],
                "RetainData": str(store.is_retained).lower(),
            },
        )
        self.resource.node.add_dependency(
            search.domain, store, *(each.role for each in engine_roles.values())
        )


def _function(
    scope: Construct,
    *,
    code: lambda_.Code,
    role: FunctionRole,
    search: SearchDomain,
    index_page: lambda_.Function,
) -> LensFunction:
    users = search.users
    return LensFunction(
        scope,
        "Function",
        package="search_setup",
        code=code,
        role=role,
        environment={
            "SEARCH_ENDPOINT": search.endpoint,
            "MASTER_SECRET_ARN": users.master.secret_arn,
            "VIEWER_SECRET_ARN": users.viewer.secret_arn,
            "INDEX_PAGE_FUNCTION": index_page.function_name,
        },
        memory_size=512,
        # A young domain answers late, and a full bucket takes long to empty.
        timeout=cdk.Duration.minutes(15),
    )


def _allow_setup(role: FunctionRole, search: SearchDomain) -> None:
    search.users.master.grant_read(role.role)
    search.users.viewer.grant_read(role.role)
    other_domains = cdk.Stack.of(role).format_arn(service="es", resource="domain", resource_name="*")
    reason = "It looks for domains that an earlier stack has left behind, by their tag, and tells of them."
    role.allow(["es:ListDomainNames"], "*", wildcard_reason=reason)
    role.allow(["es:ListTags"], other_domains, wildcard_reason=reason)


def _allow_emptying(role: FunctionRole, store: DataStore) -> None:
    buckets = (bucket.bucket_arn for bucket in store.buckets)
    role.allow(["s3:ListBucketMultipartUploads", "s3:ListBucketVersions"], *buckets)
    for bucket in store.buckets:
        role.allow_objects(bucket, "", "AbortMultipartUpload", "DeleteObject", "DeleteObjectVersion")
