"""The outbox: every committed event reaches every registry that should know it, once in effect, or waits in a visible dead letter."""
