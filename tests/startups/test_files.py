"""What comes in: by content, never by name; what goes out: to save, never to run."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import Http404
from PIL import Image

from startups.uploads import files
from tests.uploads import pdf, picture, upload


def refused(clean, content: bytes, name: str = "document.pdf") -> str:
    with pytest.raises(ValidationError) as refusal:
        clean(upload(content, name))
    return refusal.value.code


def test_pdf_is_kept_byte_by_byte():
    sent = pdf(b"<</Title (Notre dossier)>>", packed=b"<</Type /Font>>")

    kept = files.clean_document(upload(sent, "Dossier été.PDF"))

    assert (kept.read(), kept.name) == (sent, "Dossier été.pdf")


@pytest.mark.parametrize(
    ("file_format", "name"), [("PNG", "plan.png"), ("JPEG", "plan.jpg"), ("WEBP", "plan.jpg")]
)
def test_picture_named_pdf_is_taken_as_the_picture_it_is(file_format, name):
    kept = files.clean_document(upload(picture(file_format), "plan.pdf"))

    with Image.open(kept) as image:
        assert (image.format, image.size) == ("PNG" if name == "plan.png" else "JPEG", (80, 30))
    assert kept.name == name


def test_photograph_is_turned_upright_and_forgets_where_and_by_whom_it_was_taken():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x013B] = "Camille Le Goff"
    exif.get_ifd(0x8825)[2] = (48.1, 1.6, 0.0)

    kept = files.clean_document(upload(picture("JPEG", exif=exif), "photo.jpg"))

    with Image.open(kept) as image:
        assert (image.size, dict(image.getexif())) == ((30, 80), {})


@pytest.mark.parametrize("file_format", ["PNG", "WEBP"])
def test_transparent_picture_stays_transparent(file_format):
    sent = picture(file_format, mode="RGBA")

    with Image.open(files.clean_document(upload(sent, "logo.webp"))) as image:
        assert (image.format, image.mode) == ("PNG", "RGBA")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 " + b"0" * files.MAX_DOCUMENT, "size"),
        (b"MZ\x90\x00 a program", "content"),
        (b"<html><script>alert(1)</script></html>", "content"),
        (b"GIF89a", "content"),
        (b"\x89PNG\r\n\x1a\n and nothing more", "content"),
        (picture("PNG")[:-30], "content"),
        (picture("PNG", size=(6000, 6000), mode="L"), "pixels"),
    ],
)
def test_document_that_is_none_is_refused(content, code):
    assert refused(files.clean_document, content) == code


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-",
        pdf()[:-10],
        b"%PDF-1.7\n" + b"\x00" * 100,
        b"GIF89a" + pdf(),
        b"\n" + pdf(),
        pdf() + b"<script>alert(1)</script>",
        pdf() + b"PK\x05\x06" + b"\x00" * 16 + b"\x06\x00 %%EOF",
        pdf(b"<</Type /ObjStm /Filter /LZWDecode>>\nstream\nnot deflated\nendstream"),
        # A string that looks like the beginning of the body must not hide what follows.
        pdf(b"<</Type /ObjStm (stream\n) >>\nstream\nwhatever\nendstream"),
    ],
)
def test_pdf_that_cannot_be_looked_into_is_refused(content):
    assert refused(files.clean_document, content) == "content"


@pytest.mark.parametrize(
    "content",
    [
        pdf(b"<</S /JavaScript /JS (app.alert(1))>>"),
        pdf(b"<</S/Java#53cript/JS(app.alert(1))>>"),
        pdf(b"<</S /#4aavaScrip#74>>"),
        pdf(b"<</S /Launch /F (cmd.exe)>>"),
        pdf(b"<</Type /EmbeddedFile>>\nstream\nMZ\nendstream"),
        pdf(b"<</Names <</EmbeddedFiles 5 0 R>>>>"),
        pdf(b"<</AcroForm <</XFA 5 0 R>>>>"),
        pdf(packed=b"<</S /JavaScript /JS (app.alert(1))>>"),
        pdf(packed=b"<</S /Launch>>"),
    ],
)
def test_pdf_that_does_something_is_refused(content):
    assert refused(files.clean_document, content) == "active"


def test_protected_pdf_is_refused_with_what_to_do():
    with pytest.raises(ValidationError, match=r"sans mot de passe|without password"):
        files.clean_document(upload(pdf(trailer=b" /Encrypt 9 0 R")))


def test_packed_bomb_is_refused():
    assert refused(files.clean_document, pdf(packed=b" " * 20_000_000)) == "content"


def test_words_that_only_resemble_dangerous_ones_are_no_reason():
    sent = pdf(b"<</EncryptMetadata true /LaunchPad 1 /Title (JavaScript for all)>>")

    assert files.clean_document(upload(sent)).read() == sent


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Zoé\\Dossier.docx", "Dossier.pdf"),
        ("", "document.pdf"),
        (".pdf", "document.pdf"),
        ("fac\u202efdp.exe", "facfdp.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ('<b>"x"|?.pdf', "bx.pdf"),
        ("Présentation  n° 3.final.pdf", "Présentation n° 3.final.pdf"),
        ("é" * 300 + ".pdf", "é" * 196 + ".pdf"),
    ],
)
def test_safe_name_keeps_what_people_read_and_nothing_else(name, kept):
    assert files.safe_name(name, "pdf") == kept


@pytest.mark.parametrize(
    ("content", "kind", "suffix"),
    [
        (pdf(), "application/pdf", "pdf"),
        (picture("PNG"), "image/png", "png"),
        (picture("JPEG"), "image/jpeg", "jpg"),
        (b"<html>somehow</html>", "application/octet-stream", "pdf"),
    ],
)
def test_sent_file_is_saved_under_its_name_and_runs_nowhere(content, kind, suffix):
    response = files.sent(ContentFile(content), f"Dossier n° 3 été.{suffix}")

    assert b"".join(response.streaming_content) == content
    assert {name: response[name] for name in SAFE} == {
        "Content-Type": kind,
        "Content-Disposition": "attachment; filename*=utf-8''Dossier%20n%C2%B0%203%20%C3%A9t%C3%A9."
        + suffix,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }


SAFE = (
    "Content-Type",
    "Content-Disposition",
    "X-Content-Type-Options",
    "Content-Security-Policy",
    "Cache-Control",
)


def test_lost_file_is_not_found():
    class Lost:
        def open(self, mode):
            raise FileNotFoundError

    with pytest.raises(Http404):
        files.sent(Lost(), "logo.svg")
    with pytest.raises(Http404):
        files.sent(None, "logo.svg")
