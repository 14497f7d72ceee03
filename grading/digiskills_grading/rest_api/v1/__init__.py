"""The REST API, version 1, under ``/digiskills/api/v1/``.

It depends on no setting of Django REST framework: the platform sets those for its own APIs and changes them between releases. What is
true of every address is in `base`; what an operation takes and gives is said once, in its `operations.Operation`, from which requests
are checked and the OpenAPI document is made.
"""
