from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from opensearchpy.exceptions import OpenSearchException

from local.emulator.control import ControlError


class DemoError(Exception):
    """The demo cannot go on, or its result is not what it has to be; says what, and where to look."""


PART_ERRORS: Final = (BotoCoreError, ClientError, ControlError, OpenSearchException)
"""What calls to a part of the local cloud raise when it refuses, or has died."""
