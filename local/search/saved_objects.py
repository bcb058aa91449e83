"""The saved objects of OpenSearch Dashboards' API, and the settings among them, kept in memory.

Dashboards itself is in no package registry. The rules are those of opensearch-project/OpenSearch-Dashboards,
src/core/server/saved_objects/routes and src/core/server/http/lifecycle_handlers.ts. Who may do what, the real
engine says.
"""

import json
import threading
from base64 import b64encode
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import HTTP
from http import HTTPStatus
from itertools import count
from pathlib import PurePosixPath
from urllib.parse import parse_qs, unquote

from local.search import dashboards_settings
from local.search.dashboards_session import TENANT_PARAMETERS, AskEngine, DashboardsSessions
from local.search.http_message import Headers, RefusedError, Request, Response, json_response
from local.search.saved_object_export import export_objects
from local.search.saved_object_import import (
    TYPES,
    ImportOptions,
    Key,
    SavedObject,
    import_objects,
    parse_file,
)

VERSION = "2.19.1"  # Dashboards bears its engine's
MAX_IMPORT = 26_214_400  # bytes
API = "/api/saved_objects/"

Store = dict[Key, SavedObject]


class SavedObjects:
    """`identity`, of each call, is the headers by which the engine knows who asks."""

    def __init__(self, ask_engine: AskEngine) -> None:
        self._sessions = DashboardsSessions(ask_engine)
        self._tenants: defaultdict[str, Store] = defaultdict(dict)
        self._sequence = count()
        self._lock = threading.Lock()

    def clear(self) -> None:
        """As a new domain finds it."""
        with self._lock:
            self._tenants.clear()

    def answer(self, request: Request, identity: Headers) -> Response:
        path = request.path.removeprefix("/_dashboards")
        try:
            return self._route(request, path, identity)
        except RefusedError as error:
            phrase = HTTPStatus(error.status).phrase
            return json_response(
                error.status, {"statusCode": error.status, "error": phrase, "message": str(error)}
            )

    def _route(self, request: Request, path: str, identity: Headers) -> Response:
        if (request.method, path) == ("POST", "/auth/login"):
            _check_headers(request)
            return self._sessions.log_in(request, identity)
        caller, tenant = self._sessions.identify(request, identity)
        _check_headers(request)
        if (request.method, path) == ("GET", "/api/status"):
            return _status()
        if tenant not in caller.tenants:
            raise RefusedError(403, f"no permissions for the tenant {tenant} and User [name={caller.name}]")
        with self._lock:
            return self._saved_objects(request, path, self._tenants[tenant], may_write=caller.tenants[tenant])

    def _saved_objects(self, request: Request, path: str, store: Store, *, may_write: bool) -> Response:
        match request.method, path.removeprefix(API).split("/"):
            case "POST", ["_import"]:
                return self._import(request, store, may_write=may_write)
            case "POST", ["_export"]:
                return _export(request, store)
            case "GET", ["_find"]:
                return _find(request, store)
            case "GET", [kind, name] if path.startswith(API):
                return _get(unquote(kind), unquote(name), store)
        if path == dashboards_settings.PATH:
            return self._settings(request, store, may_write=may_write)
        raise RefusedError(404, "Not Found")

    def _settings(self, request: Request, store: Store, *, may_write: bool) -> Response:
        key = ("config", VERSION)
        if request.method == "POST":
            changes = dashboards_settings.parse_changes(_json_object(request))
            if not may_write:
                raise RefusedError(403, "no permissions for [indices:data/write/update]: security_exception")
            self._write(dashboards_settings.change_config(store.get(key), VERSION, changes), store)
        elif request.method != "GET":
            raise RefusedError(404, "Not Found")
        return json_response(200, dashboards_settings.to_settings(store.get(key)))

    def _import(self, request: Request, store: Store, *, may_write: bool) -> Response:
        options = _import_options(request)
        name, content = _uploaded_file(request)
        suffix = PurePosixPath(name).suffix.lower()
        if suffix != ".ndjson":
            raise RefusedError(400, f"Invalid file extension {suffix}")
        result = import_objects(parse_file(content), store.keys(), options)
        if not may_write and result.written:
            raise RefusedError(403, "no permissions for [indices:data/write/bulk]: security_exception")
        for item in result.written:
            self._write(item, store)
        return json_response(200, result.answer)

    def _write(self, item: SavedObject, store: Store) -> None:
        version = b64encode(f"[{next(self._sequence)},1]".encode()).decode()
        updated_at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        store[item.key] = replace(item, updated_at=updated_at, version=version)


def _check_headers(request: Request) -> None:
    version = request.header("osd-version")
    if request.method != "GET" and version is None and request.header("osd-xsrf") is None:
        raise RefusedError(400, "Request must contain a osd-xsrf header.")
    if version and version != VERSION:
        raise RefusedError(
            400,
            "Browser client is out of date, please refresh the page "
            f'("osd-version" header was "{version}" but should be "{VERSION}")',
        )


def _status() -> Response:
    overall = {"state": "green", "title": "Green", "nickname": "Looking good", "icon": "success"}
    return json_response(
        200, {"name": "dashboards", "version": {"number": VERSION}, "status": {"overall": overall}}
    )


def _import_options(request: Request) -> ImportOptions:
    query = _query(request, {"overwrite", "createNewCopies"})
    options = ImportOptions(_boolean(query, "overwrite"), _boolean(query, "createNewCopies"))
    if options.overwrite and options.create_new_copies:
        raise RefusedError(400, "[request query]: cannot use [overwrite] with [createNewCopies]")
    return options


def _query(request: Request, known: set[str]) -> dict[str, list[str]]:
    query = parse_qs(request.query, keep_blank_values=True)
    for name in query:
        if name not in known and name not in TENANT_PARAMETERS:
            raise RefusedError(400, f"[request query.{name}]: definition for this key is missing")
    return query


def _boolean(query: dict[str, list[str]], name: str) -> bool:
    text = query.get(name, ["false"])[0]
    if text not in ("true", "false"):
        raise RefusedError(400, f"[request query.{name}]: expected value of type [boolean] but got [string]")
    return text == "true"


def _number(query: dict[str, list[str]], name: str, default: int) -> int:
    text = query.get(name, [str(default)])[0]
    if not text.isdecimal():
        raise RefusedError(400, f"[request query.{name}]: expected value of type [number] but got [string]")
    return int(text)


def _uploaded_file(request: Request) -> tuple[str, bytes]:
    """Name and content of the form's part `file`."""
    content_type = request.header("content-type") or ""
    if not content_type.startswith("multipart/form-data"):
        raise RefusedError(415, "Unsupported Media Type")
    if len(request.body) > MAX_IMPORT:
        raise RefusedError(413, f"Payload content length greater than maximum allowed: {MAX_IMPORT}")
    form = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + request.body, policy=HTTP)
    for part in form.iter_parts():
        if part.get_param("name", header="content-disposition") == "file" and part.get_filename():
            content = part.get_payload(decode=True)
            return str(part.get_filename()), content if isinstance(content, bytes) else b""
    raise RefusedError(400, "[request body.file]: expected value of type [Stream] but got [undefined]")


def _get(kind: str, name: str, store: Store) -> Response:
    if (kind, name) not in store:
        raise RefusedError(404, f"Saved object [{kind}/{name}] not found")
    return json_response(200, _with_namespace(store[kind, name]))


def _with_namespace(item: SavedObject) -> dict[str, object]:
    return {**item.to_document(), "namespaces": ["default"]}


def _find(request: Request, store: Store) -> Response:
    query = _query(request, {"type", "per_page", "page"})
    if "type" not in query:
        raise RefusedError(
            400, "[request query.type]: expected at least one defined value but got [undefined]"
        )
    page, per_page = _number(query, "page", 1), _number(query, "per_page", 20)
    found = [item for item in store.values() if item.type in query["type"]]
    shown = found[per_page * (page - 1) :][:per_page]
    documents = [{**_with_namespace(item), "score": 0} for item in shown]
    return json_response(
        200, {"page": page, "per_page": per_page, "total": len(found), "saved_objects": documents}
    )


def _export(request: Request, store: Store) -> Response:
    body = _json_object(request)
    content = export_objects(
        _wanted(body, store),
        store,
        with_references=body.get("includeReferencesDeep") is True,
        with_details=body.get("excludeExportDetails") is not True,
    )
    disposition = ("Content-Disposition", 'attachment; filename="export.ndjson"')
    return Response(200, (("Content-Type", "application/ndjson"), disposition), content)


def _json_object(request: Request) -> dict[str, object]:
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise RefusedError(400, f"Invalid request payload JSON format: {error}") from error
    if not isinstance(body, dict):
        raise RefusedError(400, "[request body]: expected a plain object value")
    return body


def _wanted(body: dict[str, object], store: Store) -> list[Key]:
    kinds, objects = body.get("type"), body.get("objects")
    if kinds and objects:
        raise RefusedError(400, 'Can\'t specify both "types" and "objects" properties when exporting')
    if isinstance(objects, list) and objects:
        wanted = [(one["type"], one["id"]) for one in objects]
        if any(key not in store for key in wanted):
            raise RefusedError(400, "Bad Request")
        return wanted
    if not kinds:
        raise RefusedError(400, "Either `type` or `objects` are required.")
    return _of_types(kinds if isinstance(kinds, list) else [kinds], store)


def _of_types(kinds: list[object], store: Store) -> list[Key]:
    if unknown := [str(kind) for kind in kinds if kind not in TYPES]:
        raise RefusedError(400, f"Trying to export non-exportable type(s): {', '.join(unknown)}")
    return sorted((key for key in store if key[0] in kinds), key=lambda key: key[1])
