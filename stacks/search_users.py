import json

from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.removal import removal_policy

_NO_ROTATION = "The domain keeps the password in its own user database, which rotating the secret misses."


class SearchUsers(Construct):
    """The internal users of the domain, each as a secret {"username": ..., "password": ...}."""

    def __init__(self, scope: Construct, construct_id: str, *, retain_data: bool) -> None:
        super().__init__(scope, construct_id)
        self.master_name = "admin"
        self.master = _user(self, "Master", username=self.master_name, retain_data=retain_data)
        self.viewer = _user(self, "Viewer", username="viewer", retain_data=retain_data)


def _user(scope: Construct, construct_id: str, *, username: str, retain_data: bool) -> secretsmanager.Secret:
    secret = secretsmanager.Secret(
        scope,
        construct_id,
        description=f"SG Lens: the user {username} of the search domain",
        generate_secret_string=secretsmanager.SecretStringGenerator(
            secret_string_template=json.dumps({"username": username}),
            generate_string_key="password",
            password_length=40,
            # Each of these has to be quoted in a shell, a URL or a JSON text.
            exclude_characters="\"'`\\/@:$&{}[]()<> ",
        ),
        removal_policy=removal_policy(retain_data=retain_data),
    )
    acknowledge(secret, {"AwsSolutions-SMG4": _NO_ROTATION})
    return secret
