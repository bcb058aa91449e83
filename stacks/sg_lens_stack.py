from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.alarms import Alarms
from stacks.app_config import AppConfig
from stacks.data_store import DataStore
from stacks.flow_ingest import FlowIngest
from stacks.function_code import build_function_code
from stacks.function_role import FunctionRole
from stacks.index_page import IndexPage
from stacks.inventory_sync import InventorySync
from stacks.lens_function import LensFunction
from stacks.network_ranges import is_private
from stacks.operations_dashboard import OperationsDashboard
from stacks.redrive import Redrive
from stacks.schedule import Schedule
from stacks.search_domain import SearchDomain
from stacks.search_setup import SearchSetup
from stacks.vpc_stack import VpcStack

_PRIVATE = (
    "allowed_cidrs: nobody gets in from {}, since the domain has a public endpoint and sees public addresses "
    "only. Give the addresses by which your network reaches the Internet."
)
_RETAINED = (
    "retain_data: `cdk destroy` leaves the search domain, the buckets and the secrets in the account. The "
    "domain goes on costing what it costs now (nodes and volumes), the buckets and secrets a little. The "
    'section "Taking retained data back" of the README tells how to use them and how to remove them.'
)


class SgLensStack(cdk.Stack):
    """All of SG Lens in one account and Region."""

    def __init__(self, scope: Construct, construct_id: str, *, config: AppConfig) -> None:
        super().__init__(scope, construct_id, description="SG Lens: which security group rules traffic uses")
        self._config = config
        code = build_function_code(self)
        roles = {
            "flow_ingest": FunctionRole(self, "FlowIngestRole"),
            "index_page": FunctionRole(self, "IndexPageRole"),
            "search_setup": FunctionRole(self, "SearchSetupRole"),
        }
        store = self._store()
        search = self._search(roles)
        page = IndexPage(self, "IndexPage", code=code, role=roles["index_page"], search=search, store=store)
        setup = SearchSetup(
            self,
            "SearchSetup",
            code=code,
            search=search,
            store=store,
            size=config.size,
            engine_roles=roles,
            index_page=page.function,
        )
        ingest = FlowIngest(
            self, "FlowIngest", code=code, role=roles["flow_ingest"], search=search, store=store
        )
        sync = InventorySync(
            self, "InventorySync", code=code, store=store, vpc_ids=config.vpc_ids, index_page=page.function
        )
        redrive = Redrive(self, "Redrive", code=code, store=store, flow_ingest=ingest.function)
        renewal = Schedule(self, "IndexPageRenewal", function=page.function, every=cdk.Duration.hours(1))
        vpcs = [self._vpc(vpc_id, ingest.function) for vpc_id in config.vpc_ids]
        for writer in (ingest, sync, redrive, renewal, *vpcs):
            writer.node.add_dependency(setup.resource)
        others = [sync.function, setup.function]
        operations = self._operations(store, search, ingest, redrive, page, others)
        self._outputs(search, store, setup, page, operations)
        self._remarks()

    def _store(self) -> DataStore:
        return DataStore(
            self,
            "DataStore",
            allowed_cidrs=self._config.allowed_cidrs,
            retention_days=self._config.retention_days,
            retain_data=self._config.retain_data,
        )

    def _search(self, engine_roles: Mapping[str, FunctionRole]) -> SearchDomain:
        return SearchDomain(
            self,
            "Search",
            size=self._config.size,
            engine_version=self._config.engine_version,
            allowed_cidrs=self._config.allowed_cidrs,
            engine_roles=engine_roles,
            retain_data=self._config.retain_data,
        )

    def _vpc(self, vpc_id: str, flow_ingest: lambda_.IFunction) -> VpcStack:
        """Named by the id, so that adding or removing one leaves the names of the others."""
        return VpcStack(
            self,
            vpc_id,
            resource_id=vpc_id,
            flow_ingest=flow_ingest,
            traffic_type=self._config.traffic_type,
            aggregation_interval=self._config.aggregation_interval,
        )

    def _operations(
        self,
        store: DataStore,
        search: SearchDomain,
        ingest: FlowIngest,
        redrive: Redrive,
        page: IndexPage,
        others: Sequence[LensFunction],
    ) -> OperationsDashboard:
        functions = [ingest.function, redrive.function, *others]
        alarms = Alarms(
            self,
            "Alarms",
            functions=functions,
            hourly=[page.function],
            flow_ingest=ingest.function,
            redrive=redrive,
            search=search,
            config=self._config,
        )
        return OperationsDashboard(
            self,
            "Operations",
            functions=[*functions, page.function],
            flow_ingest=ingest.function,
            redrive=redrive,
            search=search,
            alarms=alarms.alarms,
            links=self._links(search, store, page),
        )

    def _links(self, search: SearchDomain, store: DataStore, page: IndexPage) -> Mapping[str, str]:
        buckets = f"https://{self.region}.console.aws.amazon.com/s3/buckets"
        return {
            "Index page": page.url,
            "OpenSearch Dashboards": search.dashboards_url,
            "Rejected records": f"{buckets}/{store.data.bucket_name}?prefix=rejected/",
            "Failed events": f"{buckets}/{store.failed.bucket_name}",
        }

    def _outputs(
        self,
        search: SearchDomain,
        store: DataStore,
        setup: SearchSetup,
        page: IndexPage,
        operations: OperationsDashboard,
    ) -> None:
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
            **page.outputs,
            "OperationsDashboard": operations.url,
            "Notice": setup.resource.get_att_string("Notice"),
        }
        # Apart, since an output and a construct may have the same name.
        outputs = Construct(self, "Outputs")
        for name, value in values.items():
            cdk.CfnOutput(outputs, name, value=value).override_logical_id(name)

    def _remarks(self) -> None:
        annotations = cdk.Annotations.of(self)
        private = [str(network) for network in self._config.allowed_cidrs if is_private(network)]
        if private:
            annotations.add_warning_v2("sg-lens:privateRange", _PRIVATE.format(", ".join(private)))
        if self._config.retain_data:
            annotations.add_info(_RETAINED)


def _read_secret(arn: str) -> str:
    return f"aws secretsmanager get-secret-value --secret-id {arn} --query SecretString --output text"
