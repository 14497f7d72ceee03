"""See `help`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from attrs import asdict
from django.core.management.base import BaseCommand, CommandError

from digiskills_grading.data import StoryLine
from digiskills_grading.errors import StoryNotFound
from digiskills_grading.story import Story, tell


class Command(BaseCommand):
    """Exit code 1 when nobody knows the id."""

    help = (
        "Tell the whole life of one record in order: attempts, evidence, mastery, decisions, events, deliveries, receipts. What the id "
        "itself names is marked with >. No names, no accounts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", help="of a learner, an attempt, a decision (LEARNER/N), a record (its number), delivery:ID or receipt:ID")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            story = tell(options["id"])
        except StoryNotFound as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(story), default=str, ensure_ascii=False))
            return
        subject = story.subject
        scope = f", {subject.regulation} as {subject.audience}" if subject.regulation else ""
        self.stdout.write(f"learner {subject.learner_public_id}{scope}; times in UTC")
        for line in story.lines:
            self.stdout.write(_text(line, story))


def _text(line: StoryLine, story: Story) -> str:
    mark = ">" if story.subject.about in (line.about, line.facts.get("record")) else " "
    facts = "; ".join(f"{name} {value}" for name, value in line.facts.items() if value != "")
    return f"{mark} {line.at:%Y-%m-%d %H:%M:%S}  {line.kind:<22}  {line.about}  {facts}".rstrip()
