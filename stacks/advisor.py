import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.advice_config import AdviceConfig
from stacks.data_store import DataStore
from stacks.function_code import LAMBDAS, hash_files
from stacks.function_role import FunctionRole
from stacks.lens_function import LensFunction
from stacks.schedule import Schedule
from stacks.search_domain import SearchDomain

_PAGE = "index.html"
_REPORTS = "groups/"
_KEPT = "advisor/"
# What reports are made by: all are made again within a quarter of an hour when it has changed.
_CONTENT = tuple(LAMBDAS / name for name in ("advisor", "domain", "fixes", "pages"))


class Advisor(Construct):
    """Publishes the report of every security group: the verdicts on its rules, and narrower ones."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: lambda_.Code,
        role: FunctionRole,
        search: SearchDomain,
        store: DataStore,
        advice: AdviceConfig,
        index_page: lambda_.Function,
    ) -> None:
        super().__init__(scope, construct_id)
        # No reserved concurrency, for the reason that `RuleUsage` gives. Two runs at once do no harm.
        self.function = LensFunction(
            self,
            "Function",
            package="advisor",
            code=code,
            role=role,
            environment={
                **_places(search, store, index_page),
                "CONTENT_HASH": hash_files(*_CONTENT),
                **_limits(advice),
            },
            memory_size=1769,  # one whole vCPU
            timeout=cdk.Duration.minutes(15),
        )
        _allow_reading(role, store)
        _allow_publishing(role, store)
        index_page.grant_invoke_latest_version(role.role)
        # Nobody tells it of a change. It looks each quarter of an hour, which takes a second, whether the
        # inventory of a VPC has changed, a day is over, or an earlier run left something: so a change is
        # found whatever failed meanwhile, and an hour of changes doesn't cost sixty runs.
        Schedule(
            self, "Schedule", function=self.function, every=cdk.Duration.minutes(15), event={"only_due": True}
        )

    @property
    def outputs(self) -> dict[str, str]:
        """How to have every report made now."""
        return {
            "RunAdvisor": (
                f"aws lambda invoke --function-name {self.function.function_name} --cli-read-timeout 900 "
                "--cli-binary-format raw-in-base64-out --payload '{}' /dev/stdout"
            )
        }


def _places(search: SearchDomain, store: DataStore, index_page: lambda_.Function) -> dict[str, str]:
    return {
        "SEARCH_ENDPOINT": search.endpoint,
        "DATA_BUCKET": store.data.bucket_name,
        "SITE_BUCKET": store.site.bucket_name,
        "DASHBOARDS_URL": search.dashboards_url,
        "INDEX_PAGE_FUNCTION": index_page.function_name,
    }


def _limits(advice: AdviceConfig) -> dict[str, str]:
    return {
        "WINDOW_DAYS": str(advice.window_days),
        "MIN_COVERAGE_PERCENT": str(advice.min_coverage_percent),
        "TOO_WIDE_FACTOR": str(advice.too_wide_factor),
        "MAX_CIDRS": str(advice.max_cidrs),
        "PUBLIC_PEERS": str(advice.public_peers),
        "KEEP_TAG": advice.keep_tag,
    }


def _allow_reading(role: FunctionRole, store: DataStore) -> None:
    role.allow_list(store.data, "inventory/")
    role.allow_objects(store.data, "inventory/", "GetObject")


def _allow_publishing(role: FunctionRole, store: DataStore) -> None:
    """To replace only what it has seen, a writer has to be a reader too."""
    role.allow_list(store.data, _KEPT)
    role.allow_objects(store.data, _KEPT, "GetObject", "PutObject")
    role.allow_list(store.site, _PAGE)
    role.allow_list(store.site, _REPORTS)
    role.allow_objects(store.site, _REPORTS, "GetObject", "PutObject", "DeleteObject")
