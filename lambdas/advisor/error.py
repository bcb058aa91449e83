from domain.errors import SgLensError


class AdvisorError(SgLensError):
    """A request for reports that makes no sense, or reports that could not be made."""
