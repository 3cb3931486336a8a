"""Files of real programs pass; what hides under their looks does not."""

import io
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from startups.uploads import files
from startups.uploads.logos import clean_logo
from tests.uploads import pdf, svg, upload

SCRIPT = b"4 0 5 40 <</S /JavaScript /JS (app.alert(1))>> <</Type /Catalog /OpenAction 4 0 R>>"
HARMLESS = b"4 0 5 20 <</Type /Font>>      <</Type /Catalog /Pages 2 0 R>>"


def refused(clean, content: bytes, name: str) -> str:
    with pytest.raises(ValidationError) as refusal:
        clean(upload(content, name))
    return refusal.value.code


def packed(dictionary: bytes, body: bytes, line: bytes = b"\n") -> bytes:
    words = dictionary % {b"length": len(body)}
    return pdf(words + line + b"stream" + line + body + line + b"endstream")


def predicted(body: bytes, columns: int = 8) -> bytes:
    """Each row as its difference from the row above, as PNG has it: no name stays legible."""
    body += b" " * (-len(body) % columns)
    rows = [body[start : start + columns] for start in range(0, len(body), columns)]
    above = [bytes(columns), *rows]
    return b"".join(
        b"\x02" + bytes((sign - up) & 255 for sign, up in zip(row, before, strict=True))
        for row, before in zip(rows, above, strict=False)
    )


# As LibreOffice, Word, Cairo, pdfTeX and Illustrator write them.
WRITTEN = [
    (b"<</Type/ObjStm/N 2/First 9/Length %(length)d/Filter/FlateDecode>>", b"\n"),
    (b"<</Type/ObjStm/N 2/First 9/Filter/FlateDecode/Length %(length)d>>", b"\r\n"),
    (
        b"<< /Type /ObjStm\n   /Length 18 0 R\n   /N 2\n   /First 9\n   /Filter /FlateDecode\n>>",
        b"\n",
    ),
    (
        b"<<\n/Type /ObjStm\n/N 2\n/First 9\n/Length %(length)d      \n/Filter /FlateDecode\n>>",
        b"\n",
    ),
    (
        b"<</Filter[/FlateDecode]/First 9/Extends 7 0 R/Length %(length)d/N 2/Type/ObjStm>>",
        b"\r\n",
    ),
]


@pytest.mark.parametrize(("dictionary", "line"), WRITTEN)
def test_packed_objects_are_looked_into_however_programs_write_them(dictionary, line):
    sent = packed(dictionary, zlib.compress(HARMLESS), line)
    hostile = packed(dictionary, zlib.compress(SCRIPT), line)

    assert files.clean_document(upload(sent)).read() == sent
    assert refused(files.clean_document, hostile, "document.pdf") == "active"


def test_predicted_table_of_references_is_no_reason():
    body = zlib.compress(predicted(b"\1\0\x10\0\1\0\x60\0", columns=4))
    sent = packed(
        b"<</DecodeParms<</Columns 4/Predictor 12>>/Filter/FlateDecode/Index[0 2]/Info 1 0 R"
        b"/Length %(length)d/Root 1 0 R/Size 2/Type/XRef/W[1 2 1]>>",
        body,
    )

    assert files.clean_document(upload(sent)).read() == sent


@pytest.mark.parametrize(
    ("dictionary", "body"),
    [
        (
            b"<</Type/ObjStm/N 2/First 9/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 8>>"
            b"/Length %(length)d>>",
            zlib.compress(predicted(SCRIPT)),
        ),
        (
            b"<</DecodeParms<</Predictor 12/Columns 8>>/Type/ObjStm/Filter/FlateDecode>>",
            zlib.compress(predicted(SCRIPT)),
        ),
        (
            b"<</Type/ObjStm/Filter[/FlateDecode/FlateDecode]/Length %(length)d>>",
            zlib.compress(zlib.compress(SCRIPT)),
        ),
        (b"<</Type/ObjStm/Filter 9 0 R>>", zlib.compress(SCRIPT)),
        (b"<</Type/ObjStm/Filter/ASCIIHexDecode>>", SCRIPT.hex().encode()),
        (b"<</Type/ObjStm/F(elsewhere.bin)/Filter/FlateDecode>>", zlib.compress(HARMLESS)),
        # A string that holds another beginning, and what a scan would like to find there.
        (
            b"<</Type/ObjStm/X(\nstream\n" + zlib.compress(b"4 0") + b"endstream)"
            b"/Filter/FlateDecode>>",
            zlib.compress(SCRIPT),
        ),
        (b"<</Type 9 0 R/Filter/FlateDecode>> /ObjStm", zlib.compress(SCRIPT)),
    ],
)
def test_packed_objects_that_cannot_be_looked_into_are_refused(dictionary, body):
    content = pdf(
        dictionary.replace(b"%(length)d", b"%d" % len(body)) + b"\nstream\n" + body + b"\nendstream"
    )

    assert refused(files.clean_document, content, "document.pdf") == "content"


@pytest.mark.parametrize("name", [b"SubmitForm", b"ImportData", b"RichMedia", b"Submit#46orm"])
def test_pdf_that_sends_or_fetches_is_refused(name):
    content = pdf(b"<</S /%s /F (https://example.org/)>>" % name)

    assert refused(files.clean_document, content, "document.pdf") == "active"


@pytest.mark.parametrize("clean", [files.clean_document, files.clean_vector_logo])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbf", b""),
        (b"", b"\x1a"),
        (b"", b"\r\n\x1a"),
        (b"", b"\n<!-- served by cache-7 -->\n"),
        (b"", b"\nEnd of document\r\n"),
    ],
)
def test_pdf_is_kept_without_what_was_left_around_it(clean, before, after):
    sent = pdf().removesuffix(b"\n")

    kept = clean(upload(before + sent + after))

    assert kept.read().removesuffix(b"\n") == sent


@pytest.mark.parametrize(
    "after", [b"<script>alert(1)</script>", b"\n<!-- --><b>", b"MZ", b"\n" + b"a" * 2000, b"a\nb\n"]
)
def test_pdf_with_more_than_a_line_after_its_end_is_refused(after):
    assert refused(files.clean_document, pdf().strip() + after, "document.pdf") == "content"


def photograph(exif: bytes) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 30), "red").save(out, "JPEG", exif=b"Exif\0\0" + exif)
    return out.getvalue()


def entries(*rows: tuple[int, int, int, bytes]) -> bytes:
    table = b"".join(
        tag.to_bytes(2, "little") + kind.to_bytes(2, "little") + count.to_bytes(4, "little") + value
        for tag, kind, count, value in rows
    )
    return b"II*\0\x08\0\0\0" + len(rows).to_bytes(2, "little") + table + bytes(4)


TURNED = (0x0112, 3, 1, b"\x06\0\0\0")


@pytest.mark.parametrize("clean", [files.clean_document, clean_logo])
@pytest.mark.parametrize(
    ("exif", "size"),
    [
        (entries(TURNED), (30, 80)),
        # A resolution as a text or below zero, a description as a number, and the like.
        (entries(TURNED, (0x011A, 2, 1, b"\1\0\0\0")), (30, 80)),
        (entries(TURNED, (0x011A, 9, 1, b"\xff\xff\xff\xff")), (30, 80)),
        (entries((0x010E, 12, 1, b"\1\0\0\0"), TURNED), (30, 80)),
        (entries(TURNED, (0x014A, 1, 1, b"\1\0\0\0")), (30, 80)),
        (entries(TURNED, (0x8825, 9, 1, b"\xff\xff\xff\xff")), (30, 80)),
        (entries((0x0112, 2, 4, b"six\0")), (80, 30)),
        (b"II*\0\x08\0", (80, 30)),
        (b"nonsense", (80, 30)),
    ],
)
def test_photograph_with_odd_notes_is_taken_and_turned_where_they_can_be_read(clean, exif, size):
    with Image.open(clean(upload(photograph(exif), "photo.jpg"))) as image:
        assert image.size == size


DRAWN = '<path d="M0 0h9v9z" />'


def drawn(content: bytes) -> str:
    written = files.clean_vector_logo(upload(content, "logo.svg")).read().decode()
    return written.split('viewBox="0 0 9 9">')[1].removesuffix("</svg>")


@pytest.mark.parametrize(
    ("inside", "before", "kept"),
    [
        (
            '<g xmlns:x="&ns_extend;" x:id="1"><path d="M0 0h9v9z" style="&st0;"/></g>',
            '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
            '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" ['
            '<!ENTITY ns_extend "http://ns.adobe.com/Extensibility/1.0/">'
            '<!ENTITY st0 "fill:#FF0000;">]>',
            '<g><path d="M0 0h9v9z" style="fill:#FF0000;" /></g>',
        ),
        (
            "<flowRoot><flowRegion><rect/></flowRegion><flowPara>x</flowPara></flowRoot>" + DRAWN,
            "",
            DRAWN,
        ),
        (
            "<text style=\"font-family:'L\\'Arial'\">x</text>",
            "",
            "<text style=\"font-family:'L\\'Arial'\">x</text>",
        ),
        (
            '<a xlink:href="https://example.org/" target="_blank"><g>' + DRAWN + "</g></a>",
            "",
            f"<g><g>{DRAWN}</g></g>",
        ),
        (
            '<text>by <a href="#x">us</a> all</text>',
            "",
            "<text>by <tspan>us</tspan> all</text>",
        ),
        (
            "<style>@font-face{font-family:X;src:url(data:font/woff2;base64,AA==)}.a{fill:red}"
            "</style>",
            "",
            "<style>.a{fill:red}</style>",
        ),
    ],
)
def test_drawing_keeps_what_draws_and_loses_what_its_program_added(inside, before, kept):
    assert drawn(svg(inside, before=before)) == kept


@pytest.mark.parametrize(
    "inside",
    [
        '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
        '<a xlink:href=" data:text/html,x"><path d="M0 0"/></a>',
        '<a href="#x" onclick="alert(1)"><path d="M0 0"/></a>',
        "<a><script>alert(1)</script></a>",
        '<path style="fill:u\\rl(//example.org)"/>',
        '<path style="fill:u\\72 l(//example.org)"/>',
        "<style>@\\import 'https://example.org/x.css';</style>",
        "<style>@imp@font-face{}ort 'https://example.org/x.css';</style>",
        "<style>u<desc>x</desc>rl(https://example.org/x)</style>",
        "<style>@font-face{src:url(data:x),url(https://example.org/x)}</style>",
        "<style>.a{background:url(data:image/png;base64,AA==)}</style>",
    ],
)
def test_what_fetches_or_runs_does_not_slip_in_with_ordinary_things(inside):
    assert refused(files.clean_vector_logo, svg(inside), "logo.svg") == "active"


@pytest.mark.parametrize(
    ("inside", "subset"),
    [
        ("&b;", "<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>"),
        ("&a;", "<!ENTITY a '<script/>'>"),
        ("&a;", "<!ENTITY a '&#60;script/>'>"),
        ("&a;", f"<!ENTITY a '{'x' * 1000}'>"),
        ("&a;" * 6000, "<!ENTITY a 'x'>"),
        ("", "".join(f"<!ENTITY a{number} 'x'>" for number in range(300))),
        ("", "<!ENTITY % a 'x'>"),
        ("", "<!ENTITY a SYSTEM 'https://example.org/x'>"),
        ("", "<!ATTLIST g fill CDATA 'red'>"),
    ],
)
def test_entities_that_nest_open_tags_fetch_or_multiply_are_refused(inside, subset):
    content = svg(f"<text>{inside}</text>", before=f"<!DOCTYPE svg [{subset}]>")

    assert refused(files.clean_vector_logo, content, "logo.svg") == "content"
