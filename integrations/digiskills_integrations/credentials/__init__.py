"""Signing keys, the signed form of a record, and its verification. No Django here: a verifier needs none."""
