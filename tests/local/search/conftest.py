from collections.abc import Iterator
from pathlib import Path

import pytest

from local.certificates import CertificateAuthority
from local.emulator.deviations.search_engine import SearchEngine
from local.search.engine import Engine
from tests.local.search.callers import MASTER, Callers


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """The one engine of all tests, with a master user."""
    SearchEngine(engine.url).set_master_user(*MASTER)
    return engine


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def callers(engine: Engine, authority: CertificateAuthority) -> Iterator[Callers]:
    """A front door before the real engine, and all who may knock."""
    with Callers(engine.url, authority) as callers:
        yield callers


@pytest.fixture
def index(engine: Engine, tmp_path: Path) -> Iterator[str]:
    """The name of an index that is gone after the test."""
    name = f"flows-{tmp_path.name}".lower()
    yield name
    engine.request("DELETE", f"/{name}")
