"""Logos as we keep them: one clean PNG, made anew from whatever was sent."""

import io
import warnings
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image

from startups.uploads import images

MAX_BYTES = 2_000_000
MAX_SIDE = 1200
FORMATS = ("PNG", "JPEG", "WEBP")
# A small file may unfold to gigabytes: refused on its announced size, before any pixel is read.
# A photograph of this size takes some 32 MB once open; a sign needs a quarter of it.
MAX_PIXELS = 8_000_000


def clean_logo(upload: "UploadedFile[Any]") -> "ContentFile[bytes]":
    """A PNG of at most 1200 pixels a side, without metadata, whatever the file's name claims.

    Raises a ValidationError when the content is not a PNG, JPEG or WebP picture, or a huge one.
    """
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(_("This file is too large: 2 MB at most."), code="size")
    try:
        picture = _read(upload)
    except Image.DecompressionBombError as error:
        message = _("This picture has too many pixels: 8 million at most, 4000 × 2000 for example.")
        raise ValidationError(message, code="pixels") from error
    except images.BROKEN as error:
        message = _("This file cannot be read as a picture. Send a PNG, JPEG or WebP file.")
        raise ValidationError(message, code="content") from error
    # A new image carries pixels only: no EXIF position, no author, no colour profile.
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    png = io.BytesIO()
    bare.save(png, format="PNG", optimize=True)
    return ContentFile(png.getvalue(), name="logo.png")


def _read(upload: "UploadedFile[Any]") -> Image.Image:
    upload.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        picture: Image.Image = Image.open(upload, formats=FORMATS)
    if picture.width * picture.height > MAX_PIXELS:
        raise Image.DecompressionBombError
    if picture.mode in ("1", "P", "PA") or "transparency" in picture.info:
        # Colours picked from a table cannot be blended: they are looked up first.
        picture = picture.convert("RGBA")
    # Made smaller before it is given four channels; a JPEG is even read smaller.
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    # Turned as its EXIF says, before the EXIF is dropped.
    return images.upright(picture).convert("RGBA")
