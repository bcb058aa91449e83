from tests.adapters.aws import aws, ec2, s3, slept

__all__ = ["aws", "ec2", "s3", "slept"]
