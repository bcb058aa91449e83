import os
import sys
from pathlib import Path

import pytest

# The CDK's library starts Node.js on import: that of the environment, for a machine that has none.
_NODE = Path(sys.executable).with_name("node")
if _NODE.exists():
    os.environ.setdefault("JSII_NODE", str(_NODE))

from tests.stacks.synthesis import Templates, synthesise  # noqa: E402


@pytest.fixture(scope="session")
def templates() -> Templates:
    """A VPC and a subnet, with the defaults."""
    return synthesise()


@pytest.fixture(scope="session")
def retaining() -> Templates:
    return synthesise(retain_data=True)
