"""AWS: Ref of a secret is its ARN; GenerateSecretString heeds all its options and has each kind of character
(AWS CloudFormation Template Reference, AWS::SecretsManager::Secret).

MiniStack 1.5.33 answers Ref with the name, so that grants don't match, and heeds the length and the excluded
characters only.
"""

import json
from collections.abc import Callable
from typing import Final

from local.emulator.ministack import (
    Properties,
    Provisioned,
    provisioners,
    replace,
    replace_handler,
    secretsmanager,
)

FLAGS: Final[tuple[str, ...]] = (
    "ExcludeLowercase",
    "ExcludeNumbers",
    "ExcludePunctuation",
    "ExcludeUppercase",
    "IncludeSpace",
    "RequireEachIncludedType",
)
_create_named: Callable[..., Provisioned] = provisioners._sm_secret_create
_update_named: Callable[..., Provisioned] = provisioners._sm_secret_update
_delete_named: Callable[..., None] = provisioners._sm_secret_delete


def mend() -> None:
    replace(provisioners, "_sm_secret_string", _secret_string)
    replace_handler("AWS::SecretsManager::Secret", create=_create, update=_update, delete=_delete)


def _create(logical_id: str, properties: Properties, stack_name: str) -> Provisioned:
    _, attributes = _create_named(logical_id, properties, stack_name)
    return attributes["Arn"], attributes


def _update(
    arn: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
) -> Provisioned:
    _, attributes = _update_named(_name(arn), old, new, stack_name, logical_id)
    return attributes["Arn"], attributes


def _delete(arn: str, properties: Properties) -> None:
    _delete_named(_name(arn), properties)


def _name(arn: str) -> str | None:
    name: str | None = secretsmanager._resolve(arn)[0]
    return name


def _secret_string(properties: Properties) -> str:
    options = properties.get("GenerateSecretString")
    if options is None:
        return str(properties.get("SecretString", ""))
    _, _, body = secretsmanager._get_random_password(_typed(options))
    password = str(json.loads(body)["RandomPassword"])
    if "SecretStringTemplate" not in options:
        return password
    return json.dumps({**json.loads(options["SecretStringTemplate"]), options["GenerateStringKey"]: password})


def _typed(options: Properties) -> Properties:
    """CloudFormation takes numbers and truth values as text too."""
    flags = {name: str(options[name]).lower() == "true" for name in FLAGS if name in options}
    return {**options, **flags, "PasswordLength": int(options.get("PasswordLength", 32))}
