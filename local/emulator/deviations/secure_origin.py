"""AWS: endpoints speak TLS, and a bucket policy can ask for it (aws:SecureTransport).

MiniStack 1.5.33 speaks HTTP here, and that is what its policies see. The emulator listens on loopback only,
so its requests count as secure.
"""

from local.emulator.ministack import app, iam_evaluator, replace


def mend() -> None:
    replace(app, "pin_request_origin", _pin_secure_origin)


def _pin_secure_origin(source_ip: str, _secure_transport: bool) -> None:
    iam_evaluator.pin_request_origin(source_ip, True)
