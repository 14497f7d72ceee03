"""The general way to canonical bytes: JSON-LD to RDF and RDFC-1.0 by pyoxigraph.

It is the measure of the compiled template, and the way in which foreign files are verified. It drops terms that no context defines, in
silence; so :func:`digiskills_integrations.credentials.gate.quads` judges a document before.
"""

from __future__ import annotations

import pyoxigraph

from digiskills_integrations.canonical import JsonObject, canonical_json
from digiskills_integrations.credentials.contexts import pinned_contexts
from digiskills_integrations.errors import CredentialError


def canonical_quads(document: JsonObject) -> list[str]:
    """The canonical N-Quads of ``document``: one string a line, without line ends, sorted by code point.

    Raises:
        CredentialError: ``unknown_context`` for a context that is not pinned; ``not_json_ld`` for what pyoxigraph cannot read.
    """
    inlined = {**document, "@context": [_inline(context) for context in document["@context"]]}
    try:
        quads = pyoxigraph.Dataset(pyoxigraph.parse(canonical_json(inlined), format=pyoxigraph.RdfFormat.JSON_LD))
    except (SyntaxError, ValueError) as error:
        raise CredentialError("not_json_ld", f"the document is not JSON-LD: {error}") from error
    quads.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(f"{quad} ." for quad in quads)


def _inline(context: object) -> object:
    if not isinstance(context, str):
        return context
    document = pinned_contexts().get(context)
    if document is None:
        raise CredentialError("unknown_context", f"@context: {context} is not one of the pinned contexts")
    return document["@context"]
