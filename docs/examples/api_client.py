"""A client of the digiskills REST API, version 1: shows decisions as they come, and sends a file of results.

    python api_client.py https://lms.example --client-id ID --client-secret SECRET decisions --state decisions.cursor
    python api_client.py https://lms.example --client-id ID --client-secret SECRET import results.csv --source exam --scale percent
    python api_client.py http://127.0.0.1:8000 --demo-person man skills

Needs `requests`. Copy it and change it as you like.
"""

from __future__ import annotations

import argparse
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

TIMEOUT = 60


class Api:
    """The API of one site. Waits when it is told to, and raises what the site's problems say."""

    def __init__(self, site: str, *, token: str | None = None) -> None:
        self.base = f"{site.rstrip('/')}/digiskills/api/v1"
        self.session = requests.Session()
        if token is not None:
            self.session.headers["Authorization"] = f"JWT {token}"

    def call(self, method: str, path: str, **options: Any) -> Any:
        """One request, sent again after 429 and 503; the decoded answer."""
        while True:
            answer = self.session.request(method, f"{self.base}/{path}", timeout=TIMEOUT, **options)
            if answer.status_code not in (429, 503):
                break
            time.sleep(int(answer.headers.get("Retry-After", "5")))
        if not answer.ok:
            problem = answer.json()
            raise SystemExit(f"{problem['status']} {problem['code']}: {problem['detail']} {problem.get('problems', '')}")
        return answer.json()

    def entries(self, path: str, cursor: str | None = None) -> Iterator[tuple[dict[str, Any], str]]:
        """All entries of a list after a cursor, each with the cursor to come again with when its page is done."""
        more = True
        while more:
            page = self.call("GET", path, params={"limit": 200} | ({"cursor": cursor} if cursor else {}))
            cursor, more = page["next"], page["more"]
            yield from ((entry, page["next"]) for entry in page["items"])

    def send(self, file: Path, *, dry_run: bool, source: str, scale: str) -> Any:
        """Imports a file of results; the key makes it safe to send again after a broken line."""
        fields = {"dry_run": str(dry_run).lower(), "source": source, "scale": scale}
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        return self.call("POST", "imports", data=fields, files={"file": (file.name, file.read_bytes())}, headers=headers)


def fetch_token(site: str, client_id: str, client_secret: str, scope: str) -> str:
    """A token (JWT) of the platform for a program that the operator has registered. A scope that is not asked for is not given."""
    who = {"client_id": client_id, "client_secret": client_secret}
    form = {"grant_type": "client_credentials", "token_type": "jwt", **who, "scope": scope}
    answer = requests.post(f"{site.rstrip('/')}/oauth2/access_token", data=form, timeout=TIMEOUT)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def show_skills(api: Api) -> None:
    """The state of one's own skills."""
    for track, _ in api.entries("me/mastery"):
        states = ", ".join(f"{skill['skill']} {skill['state']}" for skill in track["skills"])
        print(f"{track['regulation']} as {track['audience']}: {track['status']}; {states}")


def show_decisions(api: Api, state: Path) -> None:
    """What is new since the last time; the file remembers where that was."""
    cursor = state.read_text() if state.exists() else None
    for decision, after in api.entries("decisions", cursor):
        print(f"{decision['decided_at']} {decision['learner']} {decision['regulation']} n={decision['n']} {decision['status']}")
        cursor = after
    state.write_text(cursor or "")


def main(arguments: list[str]) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site")
    parser.add_argument("--token")
    parser.add_argument("--client-id")
    parser.add_argument("--client-secret")
    parser.add_argument("--demo-person", help="one of the demo's people, who need no password")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("skills")
    commands.add_parser("decisions").add_argument("--state", type=Path, default=Path("decisions.cursor"))
    importing = commands.add_parser("import")
    importing.add_argument("file", type=Path)
    importing.add_argument("--source", required=True)
    importing.add_argument("--scale", required=True)
    importing.add_argument("--dry-run", action="store_true")
    given = parser.parse_args(arguments)
    scope = "digiskills:write" if given.command == "import" else "digiskills:read"
    token = fetch_token(given.site, given.client_id, given.client_secret, scope) if given.client_id else given.token
    api = Api(given.site, token=token)
    if given.demo_person:
        api.session.get(given.site, timeout=TIMEOUT)
        form = {"username": given.demo_person, "csrfmiddlewaretoken": api.session.cookies["csrftoken"]}
        api.session.post(f"{given.site.rstrip('/')}/person/", data=form, timeout=TIMEOUT).raise_for_status()
    if given.command == "skills":
        show_skills(api)
    elif given.command == "decisions":
        show_decisions(api, given.state)
    else:
        print(api.send(given.file, dry_run=given.dry_run, source=given.source, scale=given.scale))


if __name__ == "__main__":
    main(sys.argv[1:])
