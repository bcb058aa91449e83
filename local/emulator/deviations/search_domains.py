"""AWS: a domain starts empty, with its master user, and its data end with it (OpenSearch Service Developer
Guide, "Fine-grained access control").

MiniStack 1.5.33 keeps a domain's settings and nothing else. Here one real engine stands behind the youngest
domain: an older, retained one keeps its settings, but its data give way.
"""

from collections.abc import Callable

from local.emulator.deviations.search_engine import SearchEngine, SearchEngineError
from local.emulator.ministack import Properties, Record, opensearch, replace, stacks

_create_settings: Callable[..., Record] = opensearch.create_domain_record
_update_settings: Callable[..., Record] = opensearch.update_domain_from_cloudformation
_delete_settings: Callable[..., Record | None] = opensearch.delete_domain_record
_is_slow: Callable[[str], bool] = stacks._runs_on_worker_thread


def mend(engine: SearchEngine, endpoint: str) -> None:
    domains = SearchDomains(engine)
    replace(opensearch, "ENDPOINT_OVERRIDE", endpoint)
    replace(opensearch, "create_domain_record", domains.create)
    replace(opensearch, "update_domain_from_cloudformation", domains.update)
    replace(opensearch, "delete_domain_record", domains.delete)
    replace(stacks, "_runs_on_worker_thread", _runs_on_worker_thread)


class SearchDomains:
    """MiniStack's domains, whose data are in the engine."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine

    def create(self, settings: Properties, compatibility_properties: Properties | None = None) -> Record:
        record = _create_settings(settings, compatibility_properties)
        try:
            self._engine.empty()
            self._set_master_user(settings)
        except SearchEngineError as error:
            _delete_settings(record["DomainName"])
            raise opensearch.OpenSearchServiceError(400, "ValidationException", str(error)) from error
        return record

    def update(self, name: str, settings: Properties, compatibility_properties: Properties) -> Record:
        if _master_user(settings) != _master_user(opensearch._domains[name]):
            self._set_master_user(settings)
        return _update_settings(name, settings, compatibility_properties)

    def delete(self, name: str, missing_ok: bool = False) -> Record | None:
        record = _delete_settings(name, missing_ok)
        if record is not None:
            self._engine.empty()
        return record

    def _set_master_user(self, settings: Properties) -> None:
        user = _master_user(settings)
        if user:
            self._engine.set_master_user(user["MasterUserName"], user["MasterUserPassword"])


def _master_user(settings: Properties) -> Record:
    options: Record = settings.get("AdvancedSecurityOptions") or {}
    return options.get("MasterUserOptions") or {}


def _runs_on_worker_thread(resource_type: str) -> bool:
    """The engine needs its time; the requests of others must not wait for it."""
    return resource_type == "AWS::OpenSearchService::Domain" or _is_slow(resource_type)
