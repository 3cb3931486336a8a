"""Files as companies send them, made in memory: whole, hostile and broken ones."""

import io
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def upload(content: bytes, name: str = "document.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def pdf(*objects: bytes, packed: bytes = b"", trailer: bytes = b"") -> bytes:
    """A one-page PDF, with further objects in the open or packed as since PDF 1.5."""
    parts = [
        b"%PDF-1.7\n",
        b"1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n",
        b"2 0 obj\n<</Type /Pages /Kids [3 0 R] /Count 1>>\nendobj\n",
        b"3 0 obj\n<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 100]>>\nendobj\n",
        *(b"%d 0 obj\n%s\nendobj\n" % (4 + number, each) for number, each in enumerate(objects)),
    ]
    if packed:
        body = zlib.compress(b"90 0 " + packed)
        parts.append(
            b"80 0 obj\n<</Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /Length %d>>\nstream\n"
            % len(body)
            + body
            + b"\nendstream\nendobj\n"
        )
    start = sum(map(len, parts))
    parts.append(b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 4 /Root 1 0 R%s>>\n" % trailer)
    parts.append(b"startxref\n%d\n%%%%EOF\n" % start)
    return b"".join(parts)


def picture(file_format: str = "PNG", size=(80, 30), mode: str = "RGB", **options) -> bytes:
    out = io.BytesIO()
    colours = {"L": 120, "RGB": (20, 90, 140), "RGBA": (20, 90, 140, 80)}
    Image.new(mode, size, colours[mode]).save(out, file_format, **options)
    return out.getvalue()


def svg(inside: str = '<path d="M0 0h9v9z"/>', before: str = "", attributes: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{before}<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" {attributes}>'
        f"{inside}</svg>"
    ).encode()


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n%%EOF\n"
