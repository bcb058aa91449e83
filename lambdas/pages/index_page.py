"""The index page: every security group, who carries it, its verdicts, its traffic, and where more is told."""

from typing import Final

from domain.dashboard_link import link_to_group, link_to_ingress, link_to_no_rule, link_to_rejects
from domain.group_index import GroupIndex, GroupRow, InterfaceRow
from domain.group_summary import GroupSummary
from domain.traffic import BARS, GroupTraffic, RuleMatches, TrafficWindow
from pages.html_page import PageSource, render_page

_SOURCE: Final = PageSource(
    title="Security groups · SG Lens",
    body="index.html",
    styles=("base.css", "index.css", "index_verdicts.css"),
    scripts=(
        "base.js",
        "index_attribution.js",
        "index_verdicts.js",
        "index_view.js",
        "index_rows.js",
        "index.js",
    ),
)
_LINKS: Final = (link_to_group, link_to_ingress, link_to_rejects)
_NO_TRAFFIC: Final = GroupTraffic(
    group_id="",
    records=0,
    rejected=0,
    matches=RuleMatches(sole=0, shared=0, possible=0, no_rule=0),
    unknown_initiator=0,
    bytes=0,
    last_seen=0,
    accepted_bars=(0,) * BARS,
    rejected_bars=(0,) * BARS,
)

Json = dict[str, object]


def render_index_page(index: GroupIndex, dashboards_url: str | None) -> bytes:
    """One HTML file in UTF-8. `dashboards_url` is like https://host/_dashboards; None leaves the links out.

    Beside the page, groups/<group_id>/index.html is each group's report.
    """
    positions = {each.interface_id: position for position, each in enumerate(index.interfaces)}
    return render_page(
        _SOURCE,
        {
            "made_at": index.made_at,
            "has_dashboards": dashboards_url is not None,
            "has_traffic": index.window is not None,
            "has_verdicts": any(group.summary for group in index.groups),
            **(_to_window(index.window) if index.window else {}),
            "vpcs": [{"vpc_id": vpc.vpc_id, "observed_at": vpc.observed_at} for vpc in index.vpcs],
            "interfaces": [_to_interface(each) for each in index.interfaces],
            "groups": [
                {
                    **_to_group(group, positions),
                    **(_to_traffic(group.traffic or _NO_TRAFFIC) if index.window else {}),
                    "links": _to_links(group, dashboards_url) if dashboards_url else [],
                    "summary": _to_summary(group.summary) if group.summary else None,
                }
                for group in index.groups
            ],
        },
    )


def _to_window(window: TrafficWindow) -> Json:
    return {
        "start": window.start,
        "end": window.end,
        "no_inventory": window.no_inventory,
        "not_filtered": window.not_filtered,
        **_to_counts(window),
    }


def _to_interface(row: InterfaceRow) -> Json:
    return {
        "interface_id": row.interface_id,
        "name": row.name,
        "owner": row.owner,
        "instance_id": row.instance_id,
        "addrs": list(row.addrs),
    }


def _to_group(row: GroupRow, positions: dict[str, int]) -> Json:
    return {
        "group_id": row.group_id,
        "group_name": row.group_name,
        "description": row.description,
        "vpc_id": row.vpc_id,
        "gone_at": row.gone_at,
        "is_known": row.is_known,
        "interfaces": [positions[interface_id] for interface_id in row.interface_ids],
        "ingress_rules": row.ingress_rules,
        "egress_rules": row.egress_rules,
    }


def _to_summary(summary: GroupSummary) -> Json:
    return {
        "made_at": summary.made_at,
        "verdicts": dict(summary.verdicts),
        "score": summary.score,
        "worth": summary.worth,
        "attachment": summary.attachment,
        "changes": summary.changes,
        "revokes": summary.revokes,
    }


def _to_traffic(traffic: GroupTraffic) -> Json:
    return {
        **_to_counts(traffic),
        "bytes": traffic.bytes,
        "last_seen": traffic.last_seen,
        "accepted_bars": traffic.accepted_bars,
        "rejected_bars": traffic.rejected_bars,
    }


def _to_counts(traffic: GroupTraffic | TrafficWindow) -> Json:
    return {
        "records": traffic.records,
        "rejected": traffic.rejected,
        "sole": traffic.matches.sole,
        "shared": traffic.matches.shared,
        "possible": traffic.matches.possible,
        "no_rule": traffic.matches.no_rule,
        "unknown_initiator": traffic.unknown_initiator,
    }


def _to_links(row: GroupRow, dashboards_url: str) -> list[str]:
    has_no_rule = row.traffic is not None and row.traffic.matches.no_rule > 0
    links = (*_LINKS, link_to_no_rule) if has_no_rule else _LINKS
    return [link(row.group_id).to_url(dashboards_url) for link in links]
