"""Files of a course to a ``.tar.gz`` and back: the same bytes every time, and nothing taken on trust.

The tar is byte-identical for the same files under any Python; the gz around it under one zlib.
"""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from digiskills_framework.errors import FrameworkDataError
from digiskills_xblock.course.model import CourseFileError
from digiskills_xblock.course.sentences import Sentence
from digiskills_xblock.course.sentences import gettext_noop as _

FOLDER = "course"
MAX_PACKED = 64 * 1024 * 1024
MAX_BYTES = 256 * 1024 * 1024
MAX_FILES = 20_000
_LEVEL = 6
_CHUNK = 1 << 20
_SMALLER = Sentence.of(_("Take large files out of the course"))
_SEPARATORS = re.compile(r"[\\:\x00]")

Files = Mapping[str, bytes]


def pack(files: Files) -> bytes:
    """The archive of files by their path below the course's folder."""
    target = io.BytesIO()
    # GzipFile writes the same header everywhere; gzip.compress leaves it to zlib, which names the operating system.
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=target, mtime=0) as stream:
        stream.write(tar(files))
    return target.getvalue()


def tar(files: Files) -> bytes:
    """The same without compression: sorted by path, no owner, no date, mode 644."""
    pieces = [piece for path in sorted(files) for piece in _entry(f"{FOLDER}/{path}", files[path])]
    length = sum(map(len, pieces)) + 2 * tarfile.BLOCKSIZE
    return b"".join((*pieces, bytes(2 * tarfile.BLOCKSIZE), bytes(-length % tarfile.RECORDSIZE)))


def _entry(name: str, content: bytes) -> tuple[bytes, bytes, bytes]:
    """Header, content and filling of one file, as `tarfile` writes them."""
    plain = name.isascii() and len(name) <= tarfile.LENGTH_NAME
    header = _plain_header(name.encode(), len(content)) if plain else _file(name, len(content)).tobuf(tarfile.PAX_FORMAT)
    return header, content, bytes(-len(content) % tarfile.BLOCKSIZE)


def _file(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o644
    return entry


def _plain_header(name: bytes, size: int) -> bytes:
    """What `tarfile` makes of a file with a short name, six times as fast: only name, size and checksum differ from file to file."""
    header = bytearray(_BLANK)
    header[: len(name)] = name
    header[124:135] = b"%011o" % size
    header[148:154] = b"%06o" % (_BLANK_SUM + sum(name) + sum(header[124:135]))
    return bytes(header)


def unpack(packed: bytes, name: str) -> dict[str, bytes]:
    """The files of an archive by their path below the folder that holds ``course.xml``.

    Args:
        packed: a tar, compressed by gzip or not, of at most 64 MiB.
        name: how errors call it.

    Raises:
        CourseFileError: no archive; links, devices or paths that lead out of it; twice the same path; more than 20,000 files or 256 MiB;
            no ``course.xml``.
    """
    if len(packed) > MAX_PACKED:
        raise _refused(name, len(packed), Sentence.of(_("is larger than {most} bytes"), most=MAX_PACKED), _SMALLER)
    try:
        return _below_root(_entries(_plain(packed, name), name), name)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise _refused(
            name,
            str(error),
            Sentence.of(_("is no whole .tar.gz")),
            Sentence.of(_("Export the course from Studio again, or build it again")),
        ) from error


def _plain(packed: bytes, name: str) -> bytes:
    if not packed.startswith(b"\x1f\x8b"):
        return packed
    pieces, size = [], 0
    with gzip.open(io.BytesIO(packed)) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > MAX_BYTES:
                raise _refused(name, size, Sentence.of(_("unfolds to more than {most} bytes"), most=MAX_BYTES), _SMALLER)
            pieces.append(piece)
    return b"".join(pieces)


def _entries(plain: bytes, name: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
        for entry in archive:
            if entry.isdir():
                continue
            path = _checked(entry, name)
            if path in found:
                raise _refused(name, path, Sentence.of(_("is in the archive twice")), Sentence.of(_("Pack the course again")))
            if len(found) >= MAX_FILES:
                raise _refused(
                    name,
                    len(found),
                    Sentence.of(_("holds more than {most} files"), most=MAX_FILES),
                    Sentence.of(_("Take files out of the course")),
                )
            stream = archive.extractfile(entry)
            found[path] = b"" if stream is None else stream.read()
    return found


def _checked(entry: tarfile.TarInfo, name: str) -> str:
    if not entry.isfile():
        raise _refused(name, entry.name, Sentence.of(_("is a link or a device")), Sentence.of(_("Pack plain files only")))
    path = PurePosixPath(entry.name)
    if path.is_absolute() or ".." in path.parts or _SEPARATORS.search(entry.name):
        raise _refused(
            name, entry.name, Sentence.of(_("leads out of the course's folder")), Sentence.of(_("Pack the course's folder itself"))
        )
    return path.as_posix()


def _below_root(found: dict[str, bytes], name: str) -> dict[str, bytes]:
    roots = [path.removesuffix("course.xml") for path in found if PurePosixPath(path).name == "course.xml"]
    if not roots:
        remedy = Sentence.of(_("Name an archive that Studio exported or `course build` wrote"))
        raise _refused(name, len(found), Sentence.of(_("has no course.xml among its files")), remedy)
    root = min(roots, key=lambda path: (path.count("/"), path))
    return {path.removeprefix(root): content for path, content in found.items() if path.startswith(root)}


def _refused(name: str, value: object, message: Sentence, remedy: Sentence) -> FrameworkDataError:
    return CourseFileError.refuse(file=name, value=value, message=message, remedy=remedy)


_BLANK = _file("", 0).tobuf(tarfile.USTAR_FORMAT)
_BLANK_SUM = sum(_BLANK) - sum(_BLANK[124:135]) - sum(_BLANK[148:156]) + 8 * ord(" ")
