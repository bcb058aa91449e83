from collections.abc import Iterator

import pytest

from local.cloud import LocalCloud
from tests.whole_way.deployment import Deployment, deploy
from tests.whole_way.people import Person


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud.start(tmp_path_factory.mktemp("whole_way") / "cloud") as cloud:
        yield cloud


@pytest.fixture(scope="session")
def shared_deployment(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    return deploy(cloud, tmp_path_factory.mktemp("shared") / "cdk")


@pytest.fixture
def deployment(shared_deployment: Deployment) -> Iterator[Deployment]:
    yield shared_deployment
    shared_deployment.cloud.control.clear_faults()


@pytest.fixture
def master(deployment: Deployment) -> Person:
    return deployment.person("MasterUserSecret")
