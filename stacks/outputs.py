from collections.abc import Mapping

import aws_cdk as cdk
from constructs import Construct

from stacks.data_store import DataStore
from stacks.search_domain import SearchDomain


class Outputs(Construct):
    """What a deployment tells. Apart, since an output and a construct may have the same name."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        search: SearchDomain,
        store: DataStore,
        others: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        users = search.users
        values = {
            "DashboardsUrl": search.dashboards_url,
            "SearchEndpoint": search.endpoint,
            "MasterUserSecret": users.master.secret_arn,
            "ViewerSecret": users.viewer.secret_arn,
            "ReadMasterUserSecret": _read_secret(users.master.secret_arn),
            "ReadViewerSecret": _read_secret(users.viewer.secret_arn),
            "DataBucket": store.data.bucket_name,
            "FailedBucket": store.failed.bucket_name,
            "SiteBucket": store.site.bucket_name,
            **others,
        }
        for name, value in values.items():
            cdk.CfnOutput(self, name, value=value).override_logical_id(name)


def _read_secret(arn: str) -> str:
    return f"aws secretsmanager get-secret-value --secret-id {arn} --query SecretString --output text"
