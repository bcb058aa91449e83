"""AWS: CloudFormation can't delete a bucket that holds objects or versions: the stack ends in DELETE_FAILED.

MiniStack 1.5.33 deletes it with all that is in it, and leaves versions, tags and locks of its objects behind.
"""

from local.emulator.ministack import Properties, replace_handler, s3


def mend() -> None:
    replace_handler("AWS::S3::Bucket", delete=_delete)


def _delete(name: str, _properties: Properties) -> None:
    status, _, body = s3._delete_bucket(name)
    if status == 409:
        raise ValueError(
            f"The bucket you tried to delete is not empty (Service: S3, Status Code: {status}): {name}"
        )
    if status not in (204, 404):
        raise ValueError(f"The bucket {name} could not be deleted: {body.decode()}")
