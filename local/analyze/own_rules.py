"""Rules of a person's own for one group: which recorded connections would they refuse?"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from domain.custom_replay import parse_custom_rules, replay_custom
from domain.report import Replay
from local.analyze.advice import Advice, AdvisedVpc
from local.analyze.error import AnalyzeError


def replay_own_rules(file: Path, advice: Advice) -> tuple[str, Replay]:
    """With the group's id. AnalyzeError or CustomRulesError where they can't be used."""
    data = read_rules(file)
    vpc = _find_vpc(data, advice)
    custom = parse_custom_rules(data, vpc.state)
    usages, _ = vpc.usage.of_group(custom.group_id)
    return custom.group_id, replay_custom(vpc.state, usages, custom, advice.settings, advice.made_at)


def read_rules(file: Path) -> bytes:
    """Before anything else is read: nobody waits for an error of a wrong name."""
    try:
        data = file.read_bytes()
        json.loads(data)
    except OSError as error:
        raise AnalyzeError(f"--replay {file} can't be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise AnalyzeError(f"--replay {file} is no JSON: {error}") from error
    return data


def to_json(group_id: str, replay: Replay) -> str:
    members = {"group_id": group_id, **asdict(replay)}
    return json.dumps(members, indent=1, sort_keys=True)


def _find_vpc(data: bytes, advice: Advice) -> AdvisedVpc:
    """The one whose group it is; any other will say that it isn't."""
    content = json.loads(data)
    group_id = content.get("group_id") if isinstance(content, Mapping) else None
    if not advice.vpcs:
        raise AnalyzeError("there is no VPC in the inventory, and so no group that the rules could be of")
    return next((vpc for vpc in advice.vpcs if group_id in vpc.state.own_groups()), advice.vpcs[0])
