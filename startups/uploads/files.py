"""Files that companies send: checked by content on their way in, harmless on their way out."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from startups.models import Exhibitor
from startups.uploads import images, pdf, svg

MAX_DOCUMENT = 10_000_000
MAX_VECTOR_LOGO = 5_000_000
LONGEST_NAME = 200
# What a browser may offer to choose; the content decides.
ACCEPTED_DOCUMENTS = ".pdf,.png,.jpg,.jpeg,.webp"
ACCEPTED_VECTOR_LOGOS = ".svg,.pdf,.eps"

# How the kinds we keep begin.
KINDS = (
    (re.compile(rb"%PDF-"), "application/pdf"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"%!PS-Adobe|\xc5\xd0\xd3\xc6"), "application/postscript"),
    (re.compile(rb"\s*<(?:\?xml|svg)"), "image/svg+xml"),
)
EPS = re.compile(rb"%!PS-Adobe-\d\.\d EPSF-\d\.\d[\r\n]")
# With a preview for Windows: four magic bytes, then where the PostScript begins and how long it is.
EPS_WITH_PREVIEW = b"\xc5\xd0\xd3\xc6"


def clean_document(upload: "File[Any]") -> "ContentFile[bytes]":
    """A PDF as it was sent, or a picture made anew; named as it was, its suffix by its content.

    Raises a ValidationError that says what to send instead.
    """
    data = _read(upload, MAX_DOCUMENT, _("This file is too large: 10 MB at most."))
    if pdf.BEGINNING.match(data):
        return ContentFile(pdf.clean(data), name=safe_name(upload.name, "pdf"))
    if not data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"RIFF")):
        message = _("This file is not of a kind we take. Send a PDF, PNG, JPEG or WebP file.")
        raise ValidationError(message, code="content")
    picture, suffix = images.remade(data)
    return ContentFile(picture, name=safe_name(upload.name, suffix))


def clean_vector_logo(upload: "File[Any]") -> "ContentFile[bytes]":
    """A logo for printers: SVG written anew from what draws, PDF or EPS as it was sent."""
    data = _read(upload, MAX_VECTOR_LOGO, _("This file is too large: 5 MB at most."))
    if pdf.BEGINNING.match(data):
        return ContentFile(pdf.clean(data), name=safe_name(upload.name, "pdf"))
    if _is_eps(data):
        return ContentFile(data, name=safe_name(upload.name, "eps"))
    if data.lstrip(b"\xef\xbb\xbf\t\n\r ").startswith(b"<") or data[:2] in (
        b"\xff\xfe",
        b"\xfe\xff",
    ):
        return ContentFile(svg.clean(data), name=safe_name(upload.name, "svg"))
    message = _("This file is not a drawing in vector form. Send an SVG, PDF or EPS file.")
    raise ValidationError(message, code="content")


def safe_name(name: str | None, suffix: str) -> str:
    """A name to show and to save under: no folder, no control or turning character, one suffix."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name or ""))[-1]
    printable = "".join(
        letter
        for letter in last
        if unicodedata.category(letter)[0] != "C" and letter not in '<>:"|?*'
    )
    stem = re.sub(r"\s+", " ", printable.rsplit(".", 1)[0]).strip(" .")
    return f"{stem[: LONGEST_NAME - len(suffix) - 1].rstrip(' .') or 'document'}.{suffix}"


def replace(row: Model, field: str, new: "File[Any] | str | None") -> None:
    """Put another file in its place, or none; the former is deleted once this is committed."""
    delete_on_commit(getattr(row, field))
    setattr(row, field, new or "")


def delete_on_commit(file: FieldFile) -> None:
    """Off the disk as soon as nothing can roll back; nothing happens without a file."""
    name, storage = file.name, file.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def sent(file: FieldFile | None, name: str) -> FileResponse:
    """To save, never to open in our pages: whatever it holds runs nowhere near them.

    Not found when there is none, or when it is lost. Callers have checked who asks.
    """
    if not file:
        raise Http404
    try:
        opened = file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    beginning = opened.read(64)
    opened.seek(0)
    response = FileResponse(
        opened, as_attachment=True, filename=name, content_type=_kind(beginning)
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def sent_vector_logo(exhibitor: Exhibitor) -> FileResponse:
    """Named after the exhibitor: a printer gets dozens of them."""
    logo = exhibitor.vector_logo
    return sent(logo, safe_name(f"{exhibitor.slug}.", (logo.name or "").rsplit(".", 1)[-1]))


def _kind(beginning: bytes) -> str:
    for pattern, kind in KINDS:
        if pattern.match(beginning):
            return kind
    return "application/octet-stream"


def _read(upload: "File[Any]", limit: int, too_large: str) -> bytes:
    if (upload.size or 0) > limit:
        raise ValidationError(too_large, code="size")
    upload.seek(0)
    # Not more than the limit, whatever the size that was announced.
    data: bytes = upload.read(limit + 1)
    if len(data) > limit:
        raise ValidationError(too_large, code="size")
    if not data:
        raise ValidationError(_("This file is empty."), code="empty")
    return data


def _is_eps(data: bytes) -> bool:
    if data.startswith(EPS_WITH_PREVIEW):
        start = int.from_bytes(data[4:8], "little")
        data = data[start : start + 65_536]
    return bool(EPS.match(data)) and b"%%BoundingBox:" in data[:65_536]
