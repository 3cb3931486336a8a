import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from startups.logos import clean_logo
from startups.siret import clean_siret


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


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "content"),
        (b"%PDF-1.7", "content"),
        (picture()[:200], "content"),
        (picture(file_format="GIF"), "content"),
        (picture((7000, 7000), "PNG"), "content"),
        (b"\x89PNG" + b"0" * 2_000_000, "size"),
    ],
)
def test_clean_logo_refuses_what_is_no_small_picture(content, code):
    with pytest.raises(ValidationError) as refusal:
        clean_logo(SimpleUploadedFile("logo.png", content))

    assert refusal.value.code == code
