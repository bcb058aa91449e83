from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from adapters.log import write_log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_opensearch import OpenSearchServiceClient

RETAINED_TAG = "sg-lens:retained"
NO_NOTICE = "none"
"""A stack's output must not be empty."""
_NAMED_DOMAINS = 5


def get_retained_notice(opensearch: OpenSearchServiceClient, own_arn: str) -> str:
    """Tells whoever deploys anew about the data of an earlier deployment."""
    try:
        return describe_retained(get_retained_domains(opensearch, own_arn))
    except (ClientError, BotoCoreError) as error:
        # A hint is not worth a failed deployment.
        write_log("warning", "retained domains could not be looked for", reason=str(error))
        return NO_NOTICE


def get_retained_domains(opensearch: OpenSearchServiceClient, own_arn: str) -> list[str]:
    """Names of the Region's other domains that an SG Lens with `retain_data` left behind."""
    prefix, own_name = own_arn.rsplit("/", 1)
    listed = opensearch.list_domain_names().get("DomainNames", [])
    others = sorted(each["DomainName"] for each in listed if each["DomainName"] != own_name)
    return [name for name in others if _is_retained(opensearch, f"{prefix}/{name}")]


def describe_retained(names: Sequence[str]) -> str:
    if not names:
        return NO_NOTICE
    return (
        f"This deployment made a new, empty domain. An earlier one left its data in {_enumerate(names)}: "
        'the section "Taking retained data back" of the README says how to take it back.'
    )


def _enumerate(names: Sequence[str]) -> str:
    more = len(names) - _NAMED_DOMAINS
    return ", ".join(names[:_NAMED_DOMAINS]) + (f" and {more} more" if more > 0 else "")


def _is_retained(opensearch: OpenSearchServiceClient, arn: str) -> bool:
    tags = opensearch.list_tags(ARN=arn).get("TagList", [])
    return any(tag["Key"] == RETAINED_TAG and tag["Value"] == "true" for tag in tags)
