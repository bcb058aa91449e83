import base64
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from pages.html_page import encode_data
from pages.index_page import render_index_page
from tests.pages.opened import DASHBOARDS, open_index_page
from tests.pages.worlds import make_hostile, make_shop

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_data_comes_out_as_it_went_in(data: object) -> None:
    assert json.loads(encode_data(data)) == data


@given(st.text(st.characters()))
def test_no_text_ends_the_element_that_holds_the_data(text: str) -> None:
    assert not set("<>&\u2028\u2029") & set(encode_data([text]))


def test_the_policy_names_the_pages_own_script_and_style() -> None:
    html = render_index_page(make_shop(), DASHBOARDS).decode()

    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in html


def test_the_page_names_no_other_host() -> None:
    html = render_index_page(make_hostile(), DASHBOARDS).decode()

    hosts = set(re.findall(r"https?://([^/\"'<> ]+)", html))

    assert hosts == {"search.example.com", "www.w3.org"}  # the links, and the name of SVG


@pytest.mark.parametrize(
    "attack",
    [
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))",
        "document.body.innerHTML = '<img src=x onerror=\"window.ran = true\">'",
        "eval('window.ran = true')",
    ],
    ids=["inline-script", "markup", "eval"],
)
def test_the_policy_stops_what_is_not_the_pages_own(browser: Browser, attack: str) -> None:
    with open_index_page(browser, make_shop()) as opened:
        # In a timer the attack is the page's own, not the debugger's, which no policy binds.
        opened.page.evaluate(f"void setTimeout(() => {{ {attack} }})")
        opened.page.wait_for_timeout(200)

        assert opened.page.evaluate("window.ran") is None
        assert opened.log.errors


def test_a_page_of_other_data_has_the_same_policy() -> None:
    policies = {
        re.search(r'Content-Security-Policy" content="(.*?)">', render_index_page(index, DASHBOARDS).decode())
        for index in (make_shop(), make_hostile())
    }

    assert len({each.group(1) for each in policies if each}) == 1
