from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.advisor import Advisor
from stacks.alarms import Alarms
from stacks.app_config import AppConfig
from stacks.data_store import DataStore
from stacks.flow_ingest import FlowIngest
from stacks.function_code import build_function_code
from stacks.function_role import FunctionRole
from stacks.index_page import IndexPage
from stacks.inventory_sync import InventorySync
from stacks.lens_functions import LensFunctions
from stacks.network_ranges import is_private
from stacks.operations_dashboard import OperationsDashboard
from stacks.outputs import Outputs
from stacks.redrive import Redrive
from stacks.rule_usage import RuleUsage
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
        self._code = code = build_function_code(self)
        self._roles = _engine_roles(self)
        self._store = store = self._data_store()
        self._search = self._search_domain()
        page = self._index_page()
        setup = self._search_setup(page)
        ingest = self._flow_ingest()
        sync = InventorySync(
            self, "InventorySync", code=code, store=store, vpc_ids=config.vpc_ids, index_page=page.function
        )
        redrive = Redrive(self, "Redrive", code=code, store=store, flow_ingest=ingest.function)
        renewal = Schedule(self, "IndexPageRenewal", function=page.function, every=cdk.Duration.hours(1))
        usage = self._rule_usage()
        advisor = self._advisor(page)
        vpcs = [self._vpc(vpc_id, ingest.function) for vpc_id in config.vpc_ids]
        for writer in (ingest, sync, redrive, renewal, usage, advisor, *vpcs):
            writer.node.add_dependency(setup.resource)
        functions = LensFunctions(
            flow_ingest=ingest.function,
            redrive=redrive.function,
            inventory_sync=sync.function,
            search_setup=setup.function,
            index_page=page.function,
            rule_usage=usage.function,
            advisor=advisor.function,
        )
        operations = self._operations(functions, redrive, page)
        notice = setup.resource.get_att_string("Notice")
        told = {"OperationsDashboard": operations.url, "Notice": notice}
        others = {**page.outputs, **advisor.outputs, **told}
        Outputs(self, "Outputs", search=self._search, store=store, others=others)
        self._remarks()

    def _data_store(self) -> DataStore:
        return DataStore(
            self,
            "DataStore",
            allowed_cidrs=self._config.allowed_cidrs,
            retention_days=self._config.retention_days,
            retain_data=self._config.retain_data,
        )

    def _search_domain(self) -> SearchDomain:
        return SearchDomain(
            self,
            "Search",
            size=self._config.size,
            engine_version=self._config.engine_version,
            allowed_cidrs=self._config.allowed_cidrs,
            engine_roles=self._roles,
            retain_data=self._config.retain_data,
        )

    def _index_page(self) -> IndexPage:
        return IndexPage(
            self,
            "IndexPage",
            code=self._code,
            role=self._roles["index_page"],
            search=self._search,
            store=self._store,
        )

    def _search_setup(self, page: IndexPage) -> SearchSetup:
        return SearchSetup(
            self,
            "SearchSetup",
            code=self._code,
            search=self._search,
            store=self._store,
            size=self._config.size,
            engine_roles=self._roles,
            index_page=page.function,
        )

    def _flow_ingest(self) -> FlowIngest:
        return FlowIngest(
            self,
            "FlowIngest",
            code=self._code,
            role=self._roles["flow_ingest"],
            search=self._search,
            store=self._store,
        )

    def _rule_usage(self) -> RuleUsage:
        return RuleUsage(
            self,
            "RuleUsage",
            code=self._code,
            role=self._roles["rule_usage"],
            search=self._search,
            store=self._store,
            retention_days=self._config.retention_days,
        )

    def _advisor(self, page: IndexPage) -> Advisor:
        return Advisor(
            self,
            "Advisor",
            code=self._code,
            role=self._roles["advisor"],
            search=self._search,
            store=self._store,
            advice=self._config.advice,
            index_page=page.function,
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

    def _operations(self, functions: LensFunctions, redrive: Redrive, page: IndexPage) -> OperationsDashboard:
        alarms = Alarms(
            self, "Alarms", functions=functions, redrive=redrive, search=self._search, config=self._config
        )
        return OperationsDashboard(
            self,
            "Operations",
            functions=functions,
            search=self._search,
            alarms=alarms.alarms,
            links=self._links(page),
        )

    def _links(self, page: IndexPage) -> Mapping[str, str]:
        store = self._store
        buckets = f"https://{self.region}.console.aws.amazon.com/s3/buckets"
        return {
            "Index page": page.url,
            "OpenSearch Dashboards": self._search.dashboards_url,
            "Rejected records": f"{buckets}/{store.data.bucket_name}?prefix=rejected/",
            "Failed events": f"{buckets}/{store.failed.bucket_name}",
        }

    def _remarks(self) -> None:
        annotations = cdk.Annotations.of(self)
        private = [str(network) for network in self._config.allowed_cidrs if is_private(network)]
        if private:
            annotations.add_warning_v2("sg-lens:privateRange", _PRIVATE.format(", ".join(private)))
        if self._config.retain_data:
            annotations.add_info(_RETAINED)


def _engine_roles(scope: Construct) -> Mapping[str, FunctionRole]:
    """Of the functions that ask something of the engine, by their names."""
    return {
        "flow_ingest": FunctionRole(scope, "FlowIngestRole"),
        "index_page": FunctionRole(scope, "IndexPageRole"),
        "rule_usage": FunctionRole(scope, "RuleUsageRole"),
        "advisor": FunctionRole(scope, "AdvisorRole"),
        "search_setup": FunctionRole(scope, "SearchSetupRole"),
    }
