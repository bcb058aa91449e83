"""AWS: managed prefix lists are filtered and paged, entries at most 100 a page (EC2 API Reference).

MiniStack 1.5.33 lists own prefix lists whatever `prefix-list-id` asks for, and never pages. AWS's own lists
have made-up addresses in it: here they are addresses for documentation, as everything outside is.
"""

from typing import Final

from local.emulator.deviations.ec2_listing import Listing, read_page_size, read_token, tags_of, write_token
from local.emulator.deviations.ec2_response import Ec2Error, respond
from local.emulator.ministack import Record, Response, ec2, replace, responses

SERVICE_CIDR_IPV4: Final = "192.0.2.192/26"
SERVICE_CIDR_IPV6: Final = "2001:db8:5e::/48"
ENTRY_PAGE_SIZES: Final = range(1, 101)
LISTING: Final = Listing(
    operation="DescribeManagedPrefixLists",
    member="PrefixLists",
    identity="PrefixListId",
    id_parameter="PrefixListId",
    not_found="InvalidPrefixListID.NotFound",
    filters={
        "owner-id": "OwnerId",
        "prefix-list-id": "PrefixListId",
        "prefix-list-name": "PrefixListName",
    },
    page_sizes=range(1, 101),
)


def mend() -> None:
    replace(ec2, "_aws_prefix_list_to_cidr", _service_cidr)
    ec2._ACTION_MAP["DescribeManagedPrefixLists"] = _describe_managed_prefix_lists
    ec2._ACTION_MAP["GetManagedPrefixListEntries"] = _get_managed_prefix_list_entries


def _service_cidr(_prefix_list_name: str, ipv6: bool = False) -> str:
    return SERVICE_CIDR_IPV6 if ipv6 else SERVICE_CIDR_IPV4


def _describe_managed_prefix_lists(params: Record) -> Response:
    own = [{**record, "Tags": tags_of(record["PrefixListId"])} for record in ec2._prefix_lists.values()]
    return LISTING.answer([*map(_service_list, ec2._get_aws_managed_prefix_lists()), *own], params)


def _service_list(record: Record) -> Record:
    arn = f"arn:aws:ec2:{responses.get_region()}:aws:prefix-list/{record['PrefixListId']}"
    return {**record, "PrefixListArn": arn, "State": "create-complete", "Version": 1}


def _get_managed_prefix_list_entries(params: Record) -> Response:
    try:
        entries = _entries(ec2._p(params, "PrefixListId"))
        size = read_page_size(ec2._p(params, "MaxResults", "100"), ENTRY_PAGE_SIZES)
        start = read_token(ec2._p(params, "NextToken"))
    except Ec2Error as error:
        return error.response()
    following = {"NextToken": write_token(start + size)} if start + size < len(entries) else {}
    page = {"Entries": entries[start : start + size], **following}
    return respond("GetManagedPrefixListEntries", page)


def _entries(prefix_list_id: str) -> list[Record]:
    of_service = ec2._resolve_aws_pl_by_id(prefix_list_id)
    if of_service:
        return [{"Cidr": of_service["Cidr"]}]
    own = ec2._prefix_lists.get(prefix_list_id)
    if own is None:
        message = f"The prefix list ID '{prefix_list_id}' does not exist"
        raise Ec2Error("InvalidPrefixListID.NotFound", message)
    entries: list[Record] = own["Entries"]
    return entries
