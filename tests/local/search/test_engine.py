import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest
import urllib3

from local import toolchain
from local.search.engine import OPERATOR, Engine, EngineError
from tests.local.search.callers import MASTER, ROLE_ARN

AUTHINFO = "/_plugins/_security/authinfo"
AS_MASTER = urllib3.make_headers(basic_auth=":".join(MASTER))


def _get(engine: Engine, path: str, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", engine.url + path, headers=headers)


def test_the_operator_is_answered_by_the_version_that_the_recipe_pins(engine: Engine) -> None:
    pinned = next(file.version for file in toolchain.engine_files() if file.name == "opensearch")

    answer = engine.request("GET", "/")

    assert answer.json()["version"]["number"] == pinned


def test_who_has_no_credentials_is_not_let_in(engine: Engine) -> None:
    answer = _get(engine, "/", {})

    assert answer.status == 401


def test_the_operator_is_not_among_the_users_that_the_master_user_sees(engine: Engine) -> None:
    answer = _get(engine, "/_plugins/_security/api/internalusers", AS_MASTER)

    assert MASTER[0] in answer.json()
    assert OPERATOR not in answer.json()


@pytest.mark.parametrize("role", ["all_access", "security_manager"])
def test_the_master_user_has_the_roles_that_amazon_gives_it(engine: Engine, role: str) -> None:
    authinfo = _get(engine, AUTHINFO, AS_MASTER).json()

    assert role in authinfo["roles"]


def test_a_weak_password_is_refused_as_on_amazon(engine: Engine) -> None:
    user = {"password": "12345678"}

    answer = engine.request("PUT", "/_plugins/_security/api/internalusers/another", user)

    assert answer.status == 400
    assert "A password needs" in answer.json()["reason"]


def test_a_role_that_the_front_door_vouches_for_is_user_and_backend_role(engine: Engine) -> None:
    headers = {"x-forwarded-for": "192.0.2.1", "x-proxy-user": ROLE_ARN, "x-proxy-roles": ROLE_ARN}

    authinfo = _get(engine, AUTHINFO, headers).json()

    assert (authinfo["user_name"], authinfo["backend_roles"]) == (ROLE_ARN, [ROLE_ARN])


def test_a_role_that_nobody_vouches_for_is_not_let_in(engine: Engine) -> None:
    answer = _get(engine, AUTHINFO, {"x-proxy-user": ROLE_ARN, "x-proxy-roles": ROLE_ARN})

    assert answer.status == 401


def test_a_killed_engine_is_noticed_and_comes_back_with_its_data_users_and_port(
    engine: Engine, index: str
) -> None:
    engine.request("PUT", f"/{index}/_create/1", {"bytes": 40})
    url = engine.url

    engine.kill()
    with pytest.raises(EngineError, match=r"died \(exit code -9\)"):
        engine.check()
    engine.start()

    engine.check()
    assert engine.url == url
    assert _get(engine, f"/{index}/_doc/1", AS_MASTER).json()["_source"] == {"bytes": 40}


def test_an_engine_that_can_not_start_says_why(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "engine")
    with (tmp_path / "engine" / "config" / "opensearch.yml").open("a") as configuration:
        configuration.write("\nno.such.setting: 1\n")

    with pytest.raises(EngineError, match="unknown setting"):
        engine.start()


def test_an_engine_that_was_never_started_is_not_alive(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="not started"):
        Engine(tmp_path / "engine").check()


def test_a_directory_that_holds_an_engine_is_refused(tmp_path: Path) -> None:
    Engine(tmp_path / "engine")

    with pytest.raises(EngineError, match="give it a new directory"):
        Engine(tmp_path / "engine")


@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs Linux's setpriv")
def test_an_engine_does_not_outlive_a_parent_that_is_killed_outright(tmp_path: Path) -> None:
    script = """
import sys, threading
from pathlib import Path
from local.search.engine import Engine
engine = Engine(Path(sys.argv[1]))
threading.Timer(1, lambda: print(engine.pid, flush=True)).start()
engine.start()
"""
    command = [sys.executable, "-c", script, str(tmp_path / "engine")]
    with subprocess.Popen(command, cwd=toolchain.LOCAL.parent, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()

    is_gone = _is_gone(pid, within=10)
    if not is_gone:
        os.kill(pid, signal.SIGKILL)
    assert is_gone


def _is_gone(pid: int, within: float) -> bool:
    deadline = monotonic() + within
    while monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        sleep(0.1)
    return False
