from collections.abc import Mapping

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def is_signed_by(
    credentials: Credentials, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> bool:
    """Whether the signature (service es, us-east-1) covers just what arrived; header names in lower case."""
    scheme, _, rest = headers["authorization"].partition(" ")
    given = dict(item.split("=", 1) for item in rest.split(", "))
    signed = {name: headers[name] for name in given["SignedHeaders"].split(";")}
    request = AWSRequest(method, url, signed, body)
    request.context["timestamp"] = headers["x-amz-date"]
    auth = SigV4Auth(credentials, "es", "us-east-1")
    expected = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return scheme == "AWS4-HMAC-SHA256" and bool(given["Signature"] == expected)
