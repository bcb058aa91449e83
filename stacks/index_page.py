import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.data_store import DataStore
from stacks.function_role import FunctionRole
from stacks.lens_function import LensFunction
from stacks.search_domain import SearchDomain

_PAGE = "index.html"
_TRAFFIC = "index_page/traffic.json.gz"
_SUMMARIES = "advisor/summaries.json.gz"


class IndexPage(Construct):
    """Publishes the page that opens every security group. Who renews it stands apart: see `SearchSetup`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: lambda_.Code,
        role: FunctionRole,
        search: SearchDomain,
        store: DataStore,
    ) -> None:
        super().__init__(scope, construct_id)
        self._site = store.site
        self.url = f"{store.site_url}/{_PAGE}"
        self.function = LensFunction(
            self,
            "Function",
            package="index_page",
            code=code,
            role=role,
            environment={
                "SEARCH_ENDPOINT": search.endpoint,
                "DATA_BUCKET": store.data.bucket_name,
                "SITE_BUCKET": store.site.bucket_name,
                "DASHBOARDS_URL": search.dashboards_url,
            },
            memory_size=1769,  # one whole vCPU: reading large inventories is all that takes long here
            timeout=cdk.Duration.minutes(5),
        )
        role.allow_list(store.data, "inventory/")
        role.allow_list(store.data, _TRAFFIC)
        role.allow_list(store.data, _SUMMARIES)
        role.allow_list(store.site, _PAGE)
        role.allow_objects(store.data, "inventory/", "GetObject")
        role.allow(["s3:GetObject"], store.data.arn_for_objects(_SUMMARIES))
        # To replace only what it has seen, a writer has to be a reader too.
        role.allow(["s3:GetObject", "s3:PutObject"], store.data.arn_for_objects(_TRAFFIC))
        role.allow(["s3:GetObject", "s3:PutObject"], store.site.arn_for_objects(_PAGE))

    @property
    def outputs(self) -> dict[str, str]:
        """How to see the page, also where no bucket policy lets anyone in, and how to have it renewed."""
        return {
            "IndexPage": self.url,
            "PresignIndexPage": f"aws s3 presign s3://{self._site.bucket_name}/{_PAGE} --expires-in 3600",
            "RenewIndexPage": (
                f"aws lambda invoke --function-name {self.function.function_name} --cli-read-timeout 300 "
                "--cli-binary-format raw-in-base64-out --payload '{\"create\": true}' /dev/stdout"
            ),
        }
