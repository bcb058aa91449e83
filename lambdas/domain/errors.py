class SgLensError(Exception):
    """Base of every error that SG Lens raises itself."""


class FlowLogFormatError(SgLensError):
    """A flow-log format that names no field, an unknown one, or one twice."""


class FlowRecordError(SgLensError, ValueError):
    """A line that is not a flow record of the expected format.

    `field` is AWS's name of the field at fault, None where the line as a whole is.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class SubscriptionEventError(SgLensError):
    """An event that is not what a CloudWatch Logs subscription delivers."""


class InventoryError(SgLensError):
    """An answer of the EC2 API, or a stored inventory, that cannot be used."""


class TrafficError(SgLensError):
    """Totals of traffic, counted or stored, that don't fit their window."""


class EnvironmentVariableError(SgLensError):
    """A function's environment variable that is missing or malformed."""


class SearchUnavailableError(SgLensError):
    """The search domain could not take the request now; a later attempt may succeed."""


class SearchRefusedError(SgLensError):
    """A request that the search domain refused for good: the cause lies in the set-up."""


class NothingIndexedError(SgLensError):
    """A whole batch was refused: the cause lies in the set-up, not in single records."""


class SearchSetupError(SgLensError):
    """A step of the search set-up that failed for good."""


class OvertakenError(SgLensError):
    """An object that another writer made, replaced or deleted since it was looked at; nothing was written."""


class IndexPageError(SgLensError):
    """An index page that was not published, or a request for one that makes no sense."""
