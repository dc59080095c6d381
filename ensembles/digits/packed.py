"""Packed bytes, gzip or zip, unpacked in memory as far as is allowed.

Nothing is written to disk, so that names in an archive lead nowhere, and what would
unpack to more than is allowed is refused before it is unpacked.
"""

import io
import zipfile
import zlib

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
"""What such bytes begin with."""

MOST_MEMBERS = 100
"""Files that an archive may hold."""


class PackedError(ValueError):
    """These bytes are damaged, or unpack to more than is allowed."""


def gunzip(content, max_bytes):
    """Return what gzipped bytes unpack to.

    Raises
    ------
    PackedError
        If they are damaged, unpack to more than `max_bytes`, or others follow them.
    """
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(content, max_bytes)
    except zlib.error as error:
        raise PackedError(f"damaged gzip data ({error})") from None
    if unpacker.unconsumed_tail:
        raise PackedError(_too_large(max_bytes))
    if not unpacker.eof:
        raise PackedError("truncated gzip data")
    if unpacker.unused_data:
        count = len(unpacker.unused_data)
        raise PackedError(f"has {count} trailing bytes after its gzip data")
    return data


def unzip(content, max_bytes):
    """Return name and bytes of each file of an archive.

    Raises
    ------
    PackedError
        If it is damaged or encrypted, holds more than `MOST_MEMBERS` files, or these
        unpack to more than `max_bytes` together.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            _check_members(members, max_bytes)
            return [(one.filename, archive.read(one)) for one in members]
    except PackedError:
        raise
    except Exception as error:
        # Of a file made to harm, an unpacker may raise anything.
        raise PackedError(f"damaged or encrypted zip ({error})") from None


def _check_members(members, max_bytes):
    if len(members) > MOST_MEMBERS:
        raise PackedError(
            f"may hold at most {MOST_MEMBERS} files; got {len(members):,}"
        )
    if sum(one.file_size for one in members) > max_bytes:
        raise PackedError(_too_large(max_bytes))


def _too_large(max_bytes):
    return f"unpacks to more than {max_bytes >> 20} MiB"
