"""Starts a private MariaDB and a private Redis, runs a command with their addresses in its environment, stops and removes both.

    python -m tools.services pytest tests/services

The data lie in one temporary folder with a short path (a socket's path may have 107 bytes at most). Both listen on loopback at
ports that were free a moment before. The command sees DIGISKILLS_TEST_MYSQL_HOST, _PORT, _USER and DIGISKILLS_TEST_REDIS_URL.
The exit code is the command's. Ctrl-C and SIGTERM stop everything as a normal end does.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from tools.system import MissingProgramError, find_program

START_SECONDS = 60.0
STOP_SECONDS = 30.0
DATABASE_USER = "digiskills"


class ServiceError(RuntimeError):
    """A service did not start; the message holds the end of its log."""


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _required(*names: str) -> str:
    found = find_program(*names)
    if found is None:
        raise MissingProgramError(f"{names[0]} was not found; python -m tools.system services says how to install it.")
    return found


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]) if log.exists() else "(no log)"


def _accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def _running(name: str, command: list[str], *, port: int, log: Path) -> Iterator[None]:
    """A server process in a session of its own, so that a Ctrl-C of the terminal reaches us first and we stop it in order.

    Raises:
        ServiceError: it ended, or did not listen within START_SECONDS.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _accepts(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServiceError(f"{name} did not start on port {port}:\n{_tail(log)}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _install_database(folder: Path, *, user: list[str]) -> None:
    log = folder / "install.log"
    with log.open("ab") as output:
        done = subprocess.run(
            [
                _required("mariadb-install-db", "mysql_install_db"),
                "--no-defaults",
                f"--datadir={folder / 'data'}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                *user,
            ],
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    if done.returncode != 0:
        raise ServiceError(f"mariadb-install-db failed with exit code {done.returncode}:\n{_tail(log)}")


@contextlib.contextmanager
def mariadb(folder: Path) -> Iterator[dict[str, str]]:
    """A MariaDB server with utf8mb4 and binary logging off; yields the environment that tests/settings.py reads.

    The server's own default isolation level (REPEATABLE READ) stays, as on a site; Django asks for READ COMMITTED itself.

    Raises:
        ServiceError: it cannot be set up or does not start.
        MissingProgramError: it is not installed.
    """
    as_root = os.geteuid() == 0
    user = ["--user=mysql"] if as_root else []
    if as_root:
        shutil.chown(folder, "mysql")
    _install_database(folder, user=user)
    port = free_port()
    temporary = folder / "tmp"  # of its own: two servers that share /tmp delete each other's temporary tables
    temporary.mkdir()
    if as_root:
        shutil.chown(temporary, "mysql")
    init = folder / "init.sql"
    init.write_text(
        f"CREATE USER '{DATABASE_USER}'@'127.0.0.1' IDENTIFIED BY '{DATABASE_USER}';\n"
        f"GRANT ALL PRIVILEGES ON *.* TO '{DATABASE_USER}'@'127.0.0.1' WITH GRANT OPTION;\n",
        encoding="utf-8",
    )
    command = [
        _required("mariadbd", "mysqld"),
        "--no-defaults",
        *user,
        f"--datadir={folder / 'data'}",
        f"--socket={folder / 's'}",
        f"--pid-file={folder / 'pid'}",
        f"--tmpdir={temporary}",
        f"--init-file={init}",
        "--bind-address=127.0.0.1",
        f"--port={port}",
        "--skip-name-resolve",
        "--skip-log-bin",
        "--character-set-server=utf8mb4",
        "--collation-server=utf8mb4_unicode_ci",
        "--innodb-buffer-pool-size=256M",
        "--innodb-lock-wait-timeout=10",
        "--max-connections=200",
        "--performance-schema=OFF",
    ]
    with _running("MariaDB", command, port=port, log=folder / "mariadb.log"):
        yield {
            "DIGISKILLS_TEST_MYSQL_HOST": "127.0.0.1",
            "DIGISKILLS_TEST_MYSQL_PORT": str(port),
            "DIGISKILLS_TEST_MYSQL_USER": DATABASE_USER,
            "DIGISKILLS_TEST_MYSQL_PASSWORD": DATABASE_USER,
        }


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[dict[str, str]]:
    """A Redis server without persistence.

    Raises:
        ServiceError: it does not start.
        MissingProgramError: it is not installed.
    """
    port = free_port()
    options = f"--bind 127.0.0.1 --port {port} --appendonly no".split()
    command = [_required("redis-server"), *options, "--save", "", "--dir", str(folder)]
    with _running("Redis", command, port=port, log=folder / "redis.log"):
        yield {"DIGISKILLS_TEST_REDIS_URL": f"redis://127.0.0.1:{port}"}


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(command: list[str]) -> int:
    """Runs `command` beside the services; returns its exit code, 1 when a service is missing or fails, 130 when interrupted."""
    if not command:
        print("usage: python -m tools.services COMMAND [ARGUMENT ...]", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _interrupt)
    folder = Path(tempfile.mkdtemp(prefix="ds-"))
    try:
        with mariadb(folder) as database, redis(folder) as cache:
            return subprocess.run(command, env={**os.environ, **database, **cache}, check=False).returncode
    except (ServiceError, MissingProgramError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
