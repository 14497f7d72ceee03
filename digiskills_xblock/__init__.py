"""The XBlocks. Block classes are modules directly in this package, since the platform derives the folder of the public files from it.

Everything here that is not ``.py`` is published to the world by collectstatic: only ``public/``, ``templates/`` and ``conf/locale/``.
"""
