import time
from typing import Any

from tests.whole_way.deployment import Deployment
from tests.whole_way.lines import document_id, make_line
from tests.whole_way.people import Person

INTERFACE = "eni-0000000000000b001"
ADDRESS = "10.20.0.201"
READ_AGAIN_SECONDS = 10  # how long a warm flow_ingest goes on with the inventory that it has


def _interface(deployment: Deployment, *group_ids: str) -> dict[str, Any]:
    subnet = next(iter(deployment.sample.subnets.values()))
    return {
        "NetworkInterfaceId": INTERFACE,
        "VpcId": deployment.sample.vpc_id,
        "SubnetId": subnet.subnet_id,
        "OwnerId": deployment.cloud.account,
        "InterfaceType": "interface",
        "Status": "in-use",
        "Description": "moves between groups",
        "RequesterManaged": False,
        "PrivateIpAddress": ADDRESS,
        "PrivateIpAddresses": [{"PrivateIpAddress": ADDRESS, "Primary": True}],
        "Groups": [{"GroupId": group_id, "GroupName": ""} for group_id in group_ids],
        "TagSet": [{"Key": "Name", "Value": "mover"}],
    }


def _observe(deployment: Deployment) -> int:
    """A pass of inventory_sync; gives a second that lies after it and before all that changes later."""
    deployment.sync_inventory()
    time.sleep(1.1)
    second = int(time.time())
    # The scheduled pass, too, can see the next change in a later second only.
    time.sleep(1.1)
    return second


def test_a_record_is_read_with_what_was_in_force_when_it_started(
    deployment: Deployment, master: Person
) -> None:
    control = deployment.cloud.control
    first, second, *_ = sorted(deployment.sample.security.group_ids.values())
    control.put_network_interface(_interface(deployment, first))
    in_first = _observe(deployment)
    control.put_network_interface(_interface(deployment, first, second))
    in_both = _observe(deployment)
    control.delete_network_interface(INTERFACE)
    gone = _observe(deployment)
    time.sleep(READ_AGAIN_SECONDS)

    # All of them arrive after the interface is gone.
    lines = [_instant(make_line(INTERFACE, start)) for start in (in_first, in_both, gone)]
    events = deployment.send(f"{INTERFACE}-all", lines, in_first)
    deployment.wait_until(lambda: len(master.find_stream(INTERFACE)) == 3, "the records are indexed")

    documents = master.find_stream(INTERFACE)
    groups = [documents[document_id(event.id)]["group_ids"] for event in events]
    assert groups == [[first], sorted([first, second]), []]
    assert documents[document_id(events[2].id)]["attribution"] == "no_inventory"
    assert documents[document_id(events[0].id)]["interface_name"] == "mover"


def _instant(line: str) -> str:
    """With the end at the start: a record that ends later than it starts may see a later inventory."""
    fields = line.split(" ")
    return " ".join([*fields[:11], fields[10], *fields[12:]])


def test_an_unchanged_inventory_is_not_written_again(deployment: Deployment) -> None:
    deployment.invoke("inventory_sync")
    s3, bucket = deployment.cloud.client("s3"), deployment.outputs["DataBucket"]
    [key, *_] = sorted(deployment.inventory_days(), reverse=True)
    before = s3.head_object(Bucket=bucket, Key=key)["LastModified"]
    time.sleep(1.1)

    deployment.invoke("inventory_sync")

    assert s3.head_object(Bucket=bucket, Key=key)["LastModified"] == before
