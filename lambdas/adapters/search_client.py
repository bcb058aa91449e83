import logging

from botocore.credentials import Credentials
from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, Urllib3HttpConnection

_TIMEOUT_SECONDS = 30


def make_search_client(endpoint: str, region: str, credentials: Credentials | None) -> OpenSearch:
    """Client for `endpoint`, a host or host:port; each request is signed with SigV4.

    Certificates are checked against SSL_CERT_FILE where that is set (opensearch-py reads it), else certifi's.
    Its own retries are off: they would neither see a 429 nor know how much of the function's time is left.
    So is its log of failed requests, which are the caller's to judge.
    """
    logging.getLogger("opensearch").setLevel(logging.ERROR)
    return OpenSearch(
        hosts=[f"https://{endpoint}"],
        http_auth=Urllib3AWSV4SignerAuth(credentials, region, "es"),
        connection_class=Urllib3HttpConnection,
        http_compress=True,
        max_retries=0,
        timeout=_TIMEOUT_SECONDS,
    )
