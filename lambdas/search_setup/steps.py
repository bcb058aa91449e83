from collections.abc import Callable, Iterator, Mapping
from functools import partial

from adapters.dashboards import Dashboards
from adapters.search_admin import Json, RoleMapping, SearchAdmin
from domain.errors import SearchSetupError
from search_setup.content import Content, with_size
from search_setup.login import Login
from search_setup.request import SetupProperties

Step = Callable[[], None]

# What lets a caller change the security of an Amazon OpenSearch Service domain:
# https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html#fgac-more-masters
OWN_ROLES = frozenset({"all_access", "security_manager"})
VIEWER_ROLE = "viewer"
INDEX_PATTERN = "flows"


def ensure_own_roles(admin: SearchAdmin, get_master: Callable[[], SearchAdmin], role_arn: str) -> None:
    """As the master user, gives search_setup the roles that it lacks: once per domain and IAM role."""
    missing = OWN_ROLES - admin.get_own_roles()
    if not missing:
        return
    master = get_master()
    for role in sorted(missing):
        master.add_backend_role(role, role_arn)


def plan_steps(
    admin: SearchAdmin, dashboards: Dashboards, content: Content, properties: SetupProperties, viewer: Login
) -> Iterator[Step]:
    """The domain's steps in their order: a template applies only to indices that come after it."""
    size = {"shards": properties.index_shards, "replicas": properties.index_replicas}
    for name, template in content.index_templates.items():
        yield partial(admin.put_index_template, name, with_size(template, **size))
    for name, role in content.roles.items():
        yield partial(admin.put_role, engine_role(name), role)
    yield partial(admin.put_user, viewer.username, viewer.password)
    for name, mapping in plan_role_mappings(content.roles, properties.role_arns, viewer).items():
        yield partial(admin.put_role_mapping, engine_role(name), mapping)
    yield partial(dashboards.import_saved_objects, content.saved_objects)
    yield partial(dashboards.set_default_index_pattern, INDEX_PATTERN)


def plan_role_mappings(
    roles: Mapping[str, Json], role_arns: Mapping[str, str], viewer: Login
) -> dict[str, RoleMapping]:
    """Each role goes to the function whose name it has, and `viewer` to the internal user."""
    mappings = {name: RoleMapping(backend_roles=(role_arns[name],)) for name in roles if name in role_arns}
    mappings[VIEWER_ROLE] = RoleMapping(users=(viewer.username,))
    unknown = sorted(roles.keys() - mappings.keys())
    if unknown:
        raise SearchSetupError(
            f"dashboards/roles has files for {', '.join(unknown)}, but the property RoleArns names no such "
            "function; name it there, or remove the file"
        )
    return mappings


def engine_role(name: str) -> str:
    return f"sg_lens_{name}"
