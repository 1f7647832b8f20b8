"""Where there is no browser, one sentence says what to do; where root may, it is installed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import SimpleNamespace

import install_browser
import pytest


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine without a browser, where nobody may install anything."""
    monkeypatch.delenv(install_browser.NAMED, raising=False)
    monkeypatch.setattr(install_browser.shutil, "which", lambda name: None)
    monkeypatch.setattr(install_browser, "PLACES", ())
    monkeypatch.setattr(install_browser, "of_playwright", lambda: None)
    return monkeypatch


@pytest.mark.parametrize(
    ("platform", "distribution", "advice"),
    [
        ("linux", "debian", "sudo apt-get install chromium"),
        ("linux", "ubuntu", "python -m playwright install chromium"),
        ("darwin", "", "install Chrome"),
        ("win32", "", "install Chrome"),
    ],
)
def test_one_sentence_says_what_to_do(
    bare: pytest.MonkeyPatch, platform: str, distribution: str, advice: str
) -> None:
    bare.setattr(install_browser.sys, "platform", platform)
    bare.setattr(install_browser, "system", lambda: distribution)
    bare.setattr(install_browser, "may_use_apt", lambda: False)
    assert install_browser.find() is None
    with pytest.raises(install_browser.NoBrowser, match=advice) as told:
        install_browser.install()
    assert "\n" not in str(told.value) and len(str(told.value)) < 250


def test_a_failed_installation_gives_its_reason(bare: pytest.MonkeyPatch) -> None:
    answer = SimpleNamespace(
        returncode=100, stdout="Reading\nE: Unable to locate package chromium\n"
    )
    bare.setattr(install_browser, "may_use_apt", lambda: True)
    bare.setattr(subprocess, "run", lambda *_, **__: answer)
    with pytest.raises(install_browser.NoBrowser, match="Unable to locate package chromium"):
        install_browser.install()


def test_the_browser_that_the_user_names_comes_first(
    bare: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare.setenv(install_browser.NAMED, str(tmp_path / "chrome"))
    with pytest.raises(install_browser.NoBrowser, match="there is no such file"):
        install_browser.find()
    (tmp_path / "chrome").touch()
    assert install_browser.find() == tmp_path / "chrome"
