"""Find a Chromium for the tests in tests/test_browser.py, and install one where that is simple.

    on this machine already? ──yes──> its path
              │ no
    Debian, as root, apt-get? ──yes──> apt-get install chromium ──> its path
              │ no
              └──> one sentence that says what to install

Any browser of the family will do: Chromium, Chrome, Edge, or the one that Playwright downloads.

    python tools/install_browser.py        prints the path, after having installed it if need be
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

NAMED = "IPC_BROWSER"  # the path of a browser that the user prefers
NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("chrome", "microsoft-edge", "msedge"),
)
# Where the installers of macOS and Windows put them; neither puts them on the PATH.
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
)
APT = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]  # somebody else may be installing
INSTALL_TIMEOUT_S = 600


class NoBrowser(Exception):
    """There is none, and it cannot be installed from here; the message says what to do."""


def main() -> int:
    try:
        print(find() or install())
    except NoBrowser as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def find() -> Path | None:
    """The browser that the user names, one on the PATH, one at its usual place, or None."""
    named = os.environ.get(NAMED)
    if named:
        if not Path(named).is_file():
            raise NoBrowser(f"{NAMED} names {named}, and there is no such file.")
        return Path(named)
    on_path = (shutil.which(name) for name in NAMES)
    at_place = (place for name in PLACES if Path(place := os.path.expandvars(name)).is_file())
    found = next((path for path in (*on_path, *at_place) if path), None)
    return Path(found) if found else of_playwright()


def of_playwright() -> Path | None:
    """The one that `playwright install chromium` has downloaded."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.is_file() else None


def install() -> Path:
    """Let Debian's package manager install it, if we may use that; else say what to do."""
    if not may_use_apt():
        raise NoBrowser(
            "The browser tests need Chromium or Chrome, and there is none: "
            f"{advice()} (or set {NAMED} to the path of one)."
        )
    print("== installing Debian's chromium for the browser tests", file=sys.stderr, flush=True)
    commands = ([*APT, "update"], [*APT, "install", "-y", "--no-install-recommends", "chromium"])
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in commands:
        answer = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=INSTALL_TIMEOUT_S,
            check=False,
        )
    found = find()
    if answer.returncode or found is None:
        last = (answer.stdout.strip().splitlines() or ["it gave no reason"])[-1]
        raise NoBrowser(
            f"The browser tests need Chromium, and apt-get could not install it: {last}"
        )
    return found


def may_use_apt() -> bool:
    """On Debian itself, as root. (Ubuntu's package of that name only calls for a snap.)"""
    return (
        sys.platform == "linux"
        and os.geteuid() == 0
        and system() == "debian"
        and shutil.which("apt-get") is not None
    )


def system() -> str:
    """The distribution's name for itself, in small letters; empty if it says none."""
    try:
        return platform.freedesktop_os_release().get("ID", "")
    except OSError:
        return ""


def advice() -> str:
    if sys.platform == "linux" and system() == "debian":
        return "type `sudo apt-get install chromium`"
    if sys.platform == "linux":
        return (
            "install your system's package of it, or type `python -m playwright install chromium`"
        )
    return "install Chrome, or type `python -m playwright install chromium`"


if __name__ == "__main__":
    sys.exit(main())
