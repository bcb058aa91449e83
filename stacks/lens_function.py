import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.function_code import RUNTIME
from stacks.function_role import FunctionRole


class LensFunction(lambda_.Function):
    """One function of the shared code, under the role and with the log group that it is given."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        package: str,
        code: lambda_.Code,
        role: FunctionRole,
        environment: dict[str, str],
        memory_size: int,
        timeout: cdk.Duration,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description=f"SG Lens: {package}",
            runtime=RUNTIME,
            architecture=lambda_.Architecture.ARM_64,
            code=code,
            handler=f"{package}.handler.lambda_handler",
            role=role.role,
            log_group=role.log_group,
            environment=environment,
            memory_size=memory_size,
            timeout=timeout,
        )
        self.package = package
