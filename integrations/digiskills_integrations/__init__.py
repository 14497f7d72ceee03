"""Confirmations of digital skills: signed records, their delivery to external registries, and the page that verifies them."""
