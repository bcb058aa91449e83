"""Links that open a dashboard with a query in its search box."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from domain.rison import encode_rison

_FLOW_LOG_DASH: Final = "flow-log-dash"
_REJECTS: Final = "rejects"
_RULE_USAGE_DASH: Final = "rule-usage-dash"
_SPECIAL: Final = re.compile(r'[\\"]')
# What RISON is made of and no part of a URL's syntax: a person can still read the link.
_UNENCODED: Final = "!(),:"


@dataclass(frozen=True, slots=True)
class DashboardLink:
    """Times as Dashboards writes them: "now-7d", or "2026-01-01T00:00:00.000Z"."""

    dashboard_id: str
    query: str
    time_from: str = "now-7d"
    time_to: str = "now"

    def to_url(self, dashboards_url: str) -> str:
        """`dashboards_url` is like https://host/_dashboards.

        The state in the link is laid over what is saved with the dashboard: it has the query and the time,
        and so leaves the dashboard's own filters in force.
        """
        global_state = {"time": {"from": self.time_from, "to": self.time_to}}
        app_state = {"query": {"language": "kuery", "query": self.query}}
        view = f"/view/{quote(self.dashboard_id, safe='')}?_g={_encode(global_state)}&_a={_encode(app_state)}"
        return f"{dashboards_url}/app/dashboards?security_tenant=global#{view}"


def link_to_group(group_id: str) -> DashboardLink:
    return DashboardLink(_FLOW_LOG_DASH, _query_group(group_id))


def link_to_ingress(group_id: str) -> DashboardLink:
    return DashboardLink(_FLOW_LOG_DASH, f'{_query_group(group_id)} AND direction:"ingress"')


def link_to_no_rule(group_id: str) -> DashboardLink:
    return DashboardLink(_FLOW_LOG_DASH, f'{_query_group(group_id)} AND attribution:"no_rule"')


def link_to_rejects(group_id: str) -> DashboardLink:
    return DashboardLink(_REJECTS, f'{_query_group(group_id)} AND action:"REJECT"')


def link_to_usage(group_id: str) -> DashboardLink:
    return DashboardLink(_RULE_USAGE_DASH, f"group_id:{quote_value(group_id)}", time_from="now-30d")


def quote_value(text: str) -> str:
    r"""A value as a query's quoted string, the same in DQL and in Lucene's syntax.

    Both read \\ and \" in it as the second character, and anything else, a wildcard too, as it stands:
    https://github.com/opensearch-project/OpenSearch-Dashboards/blob/main/src/plugins/data/common/opensearch_query/kuery/ast/kuery.peg
    https://lucene.apache.org/core/9_12_1/queryparser/org/apache/lucene/queryparser/classic/package-summary.html#Escaping_Special_Characters
    """
    return '"' + _SPECIAL.sub(r"\\\g<0>", text) + '"'


def _query_group(group_id: str) -> str:
    return f"group_ids:{quote_value(group_id)}"


def _encode(state: object) -> str:
    return quote(encode_rison(state), safe=_UNENCODED)
