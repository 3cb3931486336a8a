"""XLSX and ODS files are ZIP archives: looked through, part by part, before anything parses them.

Every part is really unpacked, in small pieces that are thrown away, and counted: what an archive
declares about itself is not believed.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from startups.imports import limits
from startups.imports.refusing import Refused

PIECE = 64 * 1024
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
# A document type is where entities are declared; neither format has any use for one.
_FORBIDDEN = tuple(
    text.encode(encoding)
    for text in ("<!DOCTYPE", "<!doctype", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_LONGEST = max(len(mark) for mark in _FORBIDDEN)
_ODS_ENCRYPTION = b"encryption-data"


def check(file: BinaryIO) -> list[str]:
    """Refuse an archive that is harmful, locked or no spreadsheet; returns its parts' names."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, RuntimeError) as error:
        raise Refused("damaged") from error
    names = [part.filename for part in parts]
    if len(parts) > limits.PACKED_PARTS:
        raise Refused("bomb")
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refused("locked")
    if len(set(names)) != len(names):
        raise Refused("overlapping")
    unpacked, end = 0, 0
    for part in sorted(parts, key=lambda each: each.header_offset):
        start, length = _extent(file, part)
        if part.header_offset < end:
            raise Refused("overlapping")
        end = start + length
        seen = 0
        tail = b""
        is_text = part.filename.lower().endswith((".xml", ".rels", ".vml"))
        for piece in _pieces(file, part, start, length):
            seen += len(piece)
            unpacked += len(piece)
            if unpacked > limits.UNPACKED_BYTES:
                raise Refused("bomb")
            if is_text:
                tail = _inspect(part.filename, tail + piece)
        if seen != part.file_size:
            raise Refused("damaged")
    return names


def _extent(file: BinaryIO, part: zipfile.ZipInfo) -> tuple[int, int]:
    """Where the packed bytes of a part begin, and how many they are."""
    file.seek(part.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        raise Refused("damaged")
    *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    start = part.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    return start, part.compress_size


def _pieces(file: BinaryIO, part: zipfile.ZipInfo, start: int, length: int) -> Iterator[bytes]:
    file.seek(start)
    if part.compress_type == zipfile.ZIP_STORED:
        while length > 0:
            piece = file.read(min(PIECE, length))
            if not piece:
                raise Refused("damaged")
            length -= len(piece)
            yield piece
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise Refused("damaged")
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while length > 0 and not unpacker.eof:
            packed = file.read(min(PIECE, length))
            if not packed:
                raise Refused("damaged")
            length -= len(packed)
            while packed:
                yield unpacker.decompress(packed, PIECE)
                packed = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as error:
        raise Refused("damaged") from error


def _inspect(name: str, text: bytes) -> bytes:
    """Look for what must not be there; returns the end, where a mark may have been cut in two."""
    if any(mark in text for mark in _FORBIDDEN):
        raise Refused("entities")
    if name == "META-INF/manifest.xml" and _ODS_ENCRYPTION in text:
        raise Refused("locked")
    return text[-_LONGEST:]
