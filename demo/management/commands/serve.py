"""`demo/manage.py serve`: the demo in a browser, on this machine only."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from demo import installation, people, registry
from demo.places import VAR
from demo.worker import running_worker

HOST = "127.0.0.1"


class QuietHandler(WSGIRequestHandler):
    """Keeps the terminal for the addresses; requests go to the log file with Django's own messages."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """One line a request would push the addresses off the screen."""


class Command(BaseCommand):
    help = "Serve the demo on 127.0.0.1 until Ctrl-C: the course, my skills, the table, verification, and the sandbox registry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port of the demo (default 8000)")
        parser.add_argument("--sandbox-port", type=int, default=8010, help="port of the sandbox registry (default 8010)")

    def handle(self, *args: Any, port: int, sandbox_port: int, **options: Any) -> None:
        with ExitStack() as stack:
            stack.enter_context(installation.only_process())
            installation.prepare()
            web = stack.enter_context(self._web_server(port))
            try:
                stack.enter_context(registry.running_registry(sandbox_port))
            except OSError as error:
                raise CommandError(f"port {sandbox_port} is taken; choose another with --sandbox-port ({error})") from error
            settings.DIGISKILLS_PUBLIC_URL = f"http://{HOST}:{web.server_port}"
            stack.enter_context(running_worker())
            self._tell(web.server_port)
            # Also where Ctrl-C is switched off for a process in the background, and for a plain kill.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.default_int_handler)
            try:
                web.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write("stopping …")
        self.stdout.write("stopped; everything is kept in " + str(VAR))

    @staticmethod
    def _web_server(port: int) -> ThreadedWSGIServer:
        try:
            server = ThreadedWSGIServer((HOST, port), QuietHandler)
        except OSError as error:
            raise CommandError(f"port {port} is taken; choose another with --port ({error})") from error
        server.set_app(StaticFilesHandler(get_wsgi_application()))
        return server

    def _tell(self, port: int) -> None:
        base = f"http://{HOST}:{port}"
        names = ", ".join(person.name for person in people.learners())
        self.stdout.write(f"\n  Open {base}/  – choose a learner ({names}) and begin the course")
        self.stdout.write(f"  My digital skills      {base}/digiskills/my-skills/")
        self.stdout.write(f"  Table for officials    {base}/digiskills/reports/units/")
        self.stdout.write(f"  Check a confirmation   {base}/digiskills/verify/")
        self.stdout.write(f"  Sandbox registry       {registry.page_url()}")
        self.stdout.write("\n  Ctrl-C stops.")
        self.stdout.flush()
