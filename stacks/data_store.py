from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.network_ranges import IpNetwork, is_public
from stacks.removal import removal_policy

_NO_ACCESS_LOG = "Access logs need one more bucket; CloudTrail data events tell who read what, if wanted."


class DataStore(Construct):
    """The buckets: `data` (advisor/, index_page/, inventory/, rejected/), `failed` (for redrive) and `site`
    (pages)."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        allowed_cidrs: Sequence[IpNetwork],
        retention_days: int,
        retain_data: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        self.is_retained = retain_data
        self.data = self._bucket("Data")
        # A line that could not be indexed lives as long as it would have in the index.
        self.data.add_lifecycle_rule(prefix="rejected/", expiration=cdk.Duration.days(retention_days))
        self.failed = self._bucket("Failed")
        self.site = self._bucket("Site")
        self._dual_stack = any(network.version == 6 for network in allowed_cidrs)
        _allow_readers(self.site, allowed_cidrs)
        self.buckets = (self.data, self.failed, self.site)
        for bucket in self.buckets:
            _keep_with_policy(bucket, retain_data=retain_data)

    @property
    def site_url(self) -> str:
        """Only the dual-stack endpoint has IPv6 addresses: by the other, people come from IPv4 ones."""
        site = self.site
        domain = site.bucket_dual_stack_domain_name if self._dual_stack else site.bucket_regional_domain_name
        return f"https://{domain}"

    def _bucket(self, construct_id: str) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            construct_id,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[s3.LifecycleRule(abort_incomplete_multipart_upload_after=cdk.Duration.days(7))],
            removal_policy=removal_policy(retain_data=self.is_retained),
        )
        acknowledge(bucket, {"AwsSolutions-S1": _NO_ACCESS_LOG})
        return bucket


def _allow_readers(site: s3.Bucket, allowed_cidrs: Sequence[IpNetwork]) -> None:
    """Without the ranges that S3 calls public: for them Block Public Access would refuse the whole policy."""
    narrow = [str(network) for network in allowed_cidrs if not is_public(network)]
    if narrow:
        site.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.AnyPrincipal()],
                actions=["s3:GetObject"],
                resources=[site.arn_for_objects("*")],
                conditions={"IpAddress": {"aws:SourceIp": narrow}},
            )
        )


def _keep_with_policy(bucket: s3.Bucket, *, retain_data: bool) -> None:
    """A bucket that stays goes on refusing requests without TLS."""
    if bucket.policy:
        bucket.policy.apply_removal_policy(removal_policy(retain_data=retain_data))
