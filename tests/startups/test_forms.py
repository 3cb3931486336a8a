import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from startups.siret import clean_siret
from startups.uploads.logos import clean_logo


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("73282932000074", "73282932000074"),
        (" 732 829 320 00074 ", "73282932000074"),
        ("732.829.320-00074", "73282932000074"),
        ("35600000000048", "35600000000048"),
        ("35600000009075", "35600000009075"),
        ("", ""),
    ],
)
def test_clean_siret_keeps_the_digits_of_a_valid_number(typed, kept):
    assert clean_siret(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("73282932000079", "checksum"),
        ("35600000049838", "checksum"),
        ("7328293200007", "length"),
        ("732829320", "length"),
        ("7328293200007A", "format"),
    ],
)
def test_clean_siret_says_what_is_wrong(typed, code):
    with pytest.raises(ValidationError) as refusal:
        clean_siret(typed)

    assert refusal.value.code == code


def picture(size=(800, 300), file_format="JPEG", **options):
    content = io.BytesIO()
    Image.new("RGB", size, (20, 90, 140)).save(content, format=file_format, **options)
    return content.getvalue()


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_clean_logo_makes_a_png_whatever_the_name_claims(file_format):
    kept = clean_logo(SimpleUploadedFile("virus.exe", picture(file_format=file_format)))

    with Image.open(kept) as image:
        assert (image.format, image.size, kept.name) == ("PNG", (800, 300), "logo.png")


def test_clean_logo_shrinks_turns_and_forgets_where_the_photograph_was_taken():
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the camera on its side
    exif[0x010F] = "A camera"
    kept = clean_logo(SimpleUploadedFile("logo.jpg", picture((3000, 1500), exif=exif)))

    with Image.open(kept) as image:
        assert (image.size, dict(image.getexif())) == ((600, 1200), {})


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK"])
def test_clean_logo_shrinks_pictures_of_every_kind(mode):
    content = io.BytesIO()
    file_format = "JPEG" if mode == "CMYK" else "PNG"
    Image.new(mode, (2400, 600)).save(content, format=file_format)

    with Image.open(clean_logo(SimpleUploadedFile("logo", content.getvalue()))) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (1200, 300))


def test_clean_logo_tells_the_limit_of_pixels():
    with translation.override("en"), pytest.raises(ValidationError) as refusal:
        clean_logo(SimpleUploadedFile("logo.png", picture((6300, 6300), "PNG")))

    assert refusal.value.messages == [
        "This picture has too many pixels: 8 million at most, 4000 × 2000 for example."
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "content"),
        (b"%PDF-1.7", "content"),
        (picture()[:200], "content"),
        (picture(file_format="GIF"), "content"),
        (picture((2829, 2829), "PNG"), "pixels"),  # one line more than 8 million
        (picture((14_000, 14_000), "PNG"), "pixels"),  # more than Pillow itself opens
        (b"\x89PNG" + b"0" * 2_000_000, "size"),
    ],
)
def test_clean_logo_refuses_what_is_no_small_picture(content, code):
    with pytest.raises(ValidationError) as refusal:
        clean_logo(SimpleUploadedFile("logo.png", content))

    assert refusal.value.code == code
