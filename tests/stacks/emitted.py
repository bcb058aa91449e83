"""The metrics that the functions' own code reports, by the construct path of the function."""

from adapters.flows_index import IndexOutcome
from advisor.handler import count_run
from advisor.publish import Outcome
from flow_ingest.ingest import count_attempt, count_batch
from redrive.handler import count_pass
from rule_usage.handler import count_pass as count_usage_pass
from rule_usage.usage_pass import PassResult

_WRITTEN = IndexOutcome(written=1, already_there=0, refused=(), retries=0)

EMITTED = {
    "FlowIngest": {*count_batch({}, 0, 0.0, 0, _WRITTEN), *count_attempt(0, 0, 0.0)},
    "Redrive": {*count_pass(0, {})},
    "RuleUsage": {*count_usage_pass(PassResult())},
    "Advisor": {*count_run(Outcome())},
}
COUNT = sum(map(len, EMITTED.values()))
