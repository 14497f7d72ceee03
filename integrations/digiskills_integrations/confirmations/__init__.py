"""The issued record: its number, its immutable versions, its holder, its events."""
