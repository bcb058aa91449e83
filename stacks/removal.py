import aws_cdk as cdk


def removal_policy(*, retain_data: bool) -> cdk.RemovalPolicy:
    """Of what holds data. Retained data outlives its stack, unless that stack could not even be created."""
    return cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if retain_data else cdk.RemovalPolicy.DESTROY
