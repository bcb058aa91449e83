from adapters.lambda_function import invoke_function, make_lambda_client
from domain.errors import SearchSetupError, SearchUnavailableError
from search_setup.deadline import Deadline

# Of index_page, of the Lambda API, and of the way there. Lambda may learn late of a permission that is new.
_PASSING = frozenset(
    {
        SearchUnavailableError.__name__,
        "AccessDeniedException",
        "ResourceConflictException",
        "ResourceNotReadyException",
        "ServiceException",
        "TooManyRequestsException",
        "ConnectTimeoutError",
        "ConnectionClosedError",
        "EndpointConnectionError",
        "ReadTimeoutError",
    }
)


def publish_first_page(function: str, deadline: Deadline) -> None:
    """Lets `index_page` make the page that it renews from then on.

    Raises SearchUnavailableError where a later attempt may succeed, else SearchSetupError.
    """
    failure = invoke_function(make_lambda_client(deadline.remaining()), function, {"create": True})
    if failure is None:
        return
    reason = f"index page: {function} did not make it: {failure.error_type}: {failure.error_message}"
    if failure.error_type in _PASSING:
        raise SearchUnavailableError(reason)
    raise SearchSetupError(f"{reason}. The log of {function} says more; mend it, and deploy again.")
