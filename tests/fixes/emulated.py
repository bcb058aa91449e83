"""Groups of the emulator, and the fixes that run on them with the real AWS CLI."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3

from domain.inventory import Peer, SecurityGroupRule, Tags, parse_security_group_rule
from domain.report import NewRule
from fixes.ec2_arguments import permission_json, tags_json
from local.emulator.process import ADMINISTRATOR, REGION
from local.toolchain import aws_cli
from tests.fixes.reports import make_report
from tests.fixes.shells import Ran, run_script

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

FOLDER: Final = Path(__file__).parent
Fields = tuple[str, str, int | None, int | None, Peer, str, Tags]
# Fails instead of the Nth call that would change something.
_FAILING: Final = """\
#!/bin/sh
case " $* " in
  *' --dry-run '* | *' describe-security-group-rules '*) exec "$AWS" "$@" ;;
esac
echo x >>"$COUNT"
if [ "$(wc -l <"$COUNT")" -eq "$FAILS_AT" ]; then
  echo 'An error occurred (RequestLimitExceeded): Request limit exceeded.' >&2
  exit 254
fi
exec "$AWS" "$@"
"""


@dataclass(frozen=True, slots=True)
class EmulatedEc2:
    url: str
    aws: Path
    """The AWS CLI, loaded once."""

    @property
    def client(self) -> EC2Client:
        return boto3.client("ec2", **self._client_options)

    @property
    def _client_options(self) -> Any:  # noqa: ANN401 - of every service's own overload
        key_id, secret = ADMINISTRATOR.values()
        return {
            "endpoint_url": self.url,
            "region_name": REGION,
            "aws_access_key_id": key_id,
            "aws_secret_access_key": secret,
        }

    def create_group(self, rules: Sequence[SecurityGroupRule] = (), name: str = "web") -> str:
        """With these rules alone, whatever their ids are."""
        vpc_id = self.client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        group_id = self.client.create_security_group(VpcId=vpc_id, GroupName=name, Description="Web servers")[
            "GroupId"
        ]
        for rule in self.rules(group_id):
            self.revoke(rule)
        for rule in rules:
            self.authorize(group_id, rule)
        return group_id

    def create_prefix_list(self) -> str:
        return self.client.create_managed_prefix_list(
            PrefixListName="offices", AddressFamily="IPv4", MaxEntries=1
        )["PrefixList"]["PrefixListId"]

    def authorize(self, group_id: str, rule: SecurityGroupRule | NewRule) -> None:
        client: Any = self.client
        call = getattr(client, f"authorize_security_group_{rule.direction}")
        tags = {"TagSpecifications": json.loads(tags_json(rule))} if rule.tags else {}
        call(GroupId=group_id, IpPermissions=json.loads(permission_json(rule, make_report([]))), **tags)

    def revoke(self, rule: SecurityGroupRule) -> None:
        call = getattr(self.client, f"revoke_security_group_{rule.direction}")
        call(GroupId=rule.group_id, SecurityGroupRuleIds=[rule.rule_id])

    def modify_port(self, rule: SecurityGroupRule, port: int) -> None:
        update: Any = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIpv4": rule.peer.cidr_ipv4}
        self.client.modify_security_group_rules(
            GroupId=rule.group_id,
            SecurityGroupRules=[{"SecurityGroupRuleId": rule.rule_id, "SecurityGroupRule": update}],
        )

    def rules(self, group_id: str) -> list[SecurityGroupRule]:
        """In the order in which they were made, ingress first."""
        filters: Any = [{"Name": "group-id", "Values": [group_id]}]
        answer: Any = self.client.describe_security_group_rules(Filters=filters)
        return [parse_security_group_rule(rule) for rule in answer["SecurityGroupRules"]]

    def create_reader(self) -> dict[str, str]:
        """The credentials of a user who may read alone, as environment variables."""
        iam = boto3.client("iam", **self._client_options)
        iam.create_user(UserName="reader")
        statement = {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName="reader", PolicyName="Read", PolicyDocument=policy)
        key = iam.create_access_key(UserName="reader")["AccessKey"]
        return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def run(
        self,
        script: str,
        directory: Path,
        *options: str,
        fails_at: int | None = None,
        aws: Path | None = None,
        credentials: Mapping[str, str] | None = None,
    ) -> Ran:
        """With the AWS CLI, whose Nth call that would change something fails."""
        variables = cli_environment(self.url) | dict(credentials or {})
        command = aws or self.aws
        if fails_at is not None:
            variables |= {"AWS": str(command), "COUNT": str(directory / "count"), "FAILS_AT": str(fails_at)}
            (directory / "count").write_text("")
            command = write_command(directory / "bin", _FAILING)
        return run_script(script, directory, *options, path=str(command.parent), **variables)


@contextmanager
def emulated_ec2(url: str, directory: Path) -> Iterator[EmulatedEc2]:
    server = [sys.executable, str(FOLDER / "aws_server.py"), str(aws_cli().parent / "packages")]
    environment = {"PATH": os.environ["PATH"], "HOME": str(directory), **cli_environment(url)}
    with subprocess.Popen(server, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        call = shlex.join([sys.executable, "-S", "-E", str(FOLDER / "aws_client.py"), port])
        try:
            yield EmulatedEc2(url, write_command(directory, f'#!/bin/sh\nexec {call} "$@"\n'))
        finally:
            process.terminate()


def write_command(directory: Path, script: str) -> Path:
    directory.mkdir(exist_ok=True)
    command = directory / "aws"
    command.write_text(script)
    command.chmod(0o755)
    return command


def cli_environment(url: str) -> dict[str, str]:
    return {
        **ADMINISTRATOR,
        "AWS_ENDPOINT_URL": url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
    }


def fields(rules: Sequence[SecurityGroupRule | NewRule]) -> set[Fields]:
    """All but their ids, and the account of a referenced group, which EC2 adds."""
    return {
        (
            rule.direction,
            rule.ip_protocol,
            rule.from_port,
            rule.to_port,
            replace(rule.peer, referenced_owner_id=None),
            rule.description,
            rule.tags,
        )
        for rule in rules
    }
