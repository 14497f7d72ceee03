"""From a framework with its lessons, questions and tasks to a course. Pure but for its commands and pages."""
