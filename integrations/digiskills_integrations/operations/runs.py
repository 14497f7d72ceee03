"""Under which names the ends of workers' runs are noted: those of our Celery tasks. A command that does the same work notes the same."""

from __future__ import annotations

ISSUE = "digiskills_integrations.tasks.issue"
DELIVER = "digiskills_integrations.tasks.deliver"
SWEEP = "digiskills_integrations.tasks.sweep"
