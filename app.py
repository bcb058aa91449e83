import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from stacks.app_config import AppConfig
from stacks.config_error import ConfigError
from stacks.function_packages import FunctionPackagesError
from stacks.sg_lens_stack import SgLensStack

STACK = "SgLens"


def main() -> None:
    app = cdk.App()
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    try:
        SgLensStack(app, STACK, config=AppConfig.from_context(app.node.get_all_context()))
    except ConfigError as error:
        if app.node.try_get_context("aws:cdk:bundling-stacks") != []:
            raise SystemExit(str(error)) from error
        # The CLI says so for `cdk destroy` and `cdk list`, which need the name of the stack and nothing else.
        cdk.Stack(app, STACK)
    except FunctionPackagesError as error:
        raise SystemExit(str(error)) from error
    app.synth()


if __name__ == "__main__":
    main()
