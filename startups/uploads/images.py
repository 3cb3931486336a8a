"""Pictures sent as documents: made anew, so that only their pixels stay."""

import io
import struct
import warnings

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP")
# Refused on its announced size, before any pixel is read: a small file may unfold to gigabytes.
MAX_PIXELS = 25_000_000
MAX_SIDE = 4000
# What broken pictures raise while they are read.
BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, struct.error)
# What a camera notes of the way it was held, and the turn that makes up for it.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def remade(data: bytes) -> tuple[bytes, str]:
    """The picture without metadata, turned upright, and the suffix of its format.

    Photographs come out as JPEG, what was PNG or is transparent as PNG. Raises a ValidationError
    for what is no picture, or a huge one.
    """
    try:
        picture, is_photograph = _read(data)
    except Image.DecompressionBombError as error:
        message = _(
            "This picture has too many pixels: 25 million at most, 5000 × 5000 for example."
        )
        raise ValidationError(message, code="pixels") from error
    except BROKEN as error:
        message = _("This file cannot be read as a picture. Send a PNG, JPEG or WebP file.")
        raise ValidationError(message, code="content") from error
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    if is_photograph:
        bare.save(out, format="JPEG", quality=88)
        return out.getvalue(), "jpg"
    bare.save(out, format="PNG")
    return out.getvalue(), "png"


def upright(picture: Image.Image) -> Image.Image:
    """Turned as its EXIF says; as it stands when its EXIF cannot be read.

    ImageOps.exif_transpose writes the EXIF anew too, and fails on what phones put into it.
    """
    picture.load()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except (*BROKEN, LookupError, OverflowError):
        return picture
    return picture if turn is None else picture.transpose(turn)


def _read(data: bytes) -> tuple[Image.Image, bool]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        picture: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    if picture.width * picture.height > MAX_PIXELS:
        raise Image.DecompressionBombError
    is_photograph = picture.format != "PNG"
    if picture.mode in ("1", "P", "PA", "LA", "RGBA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        is_photograph = False
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    picture = upright(picture)
    return picture.convert("RGBA" if picture.mode == "RGBA" else "RGB"), is_photograph
