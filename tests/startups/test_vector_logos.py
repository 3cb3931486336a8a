"""Logos for printers: what draws is kept, what runs or reaches outside is refused."""

import pytest
from django.core.exceptions import ValidationError

from startups.uploads import files
from tests.uploads import EPS, pdf, picture, svg, upload


@pytest.mark.parametrize(
    ("content", "name"), [(pdf(), "logo.pdf"), (EPS, "logo.eps"), (EPS, "logo.svg")]
)
def test_pdf_and_eps_are_kept_as_they_are(content, name):
    kept = files.clean_vector_logo(upload(content, name))

    assert (kept.read(), kept.name) == (content, "logo.pdf" if name == "logo.pdf" else "logo.eps")


def test_eps_with_a_preview_is_known_by_its_postscript():
    content = b"\xc5\xd0\xd3\xc6" + (30).to_bytes(4, "little") + b"\0" * 22 + EPS

    assert files.clean_vector_logo(upload(content, "logo.eps")).read() == content


def test_svg_is_written_anew_without_what_the_drawing_program_noted():
    sent = svg(
        '<!-- drawn by Camille --><metadata><author xmlns="urn:x">Camille</author></metadata>'
        '<defs><linearGradient id="a"><stop offset="0" stop-color="#123"/></linearGradient></defs>'
        "<style>.b{fill:url(#a)}</style>"
        '<path class="b" d="M0 0h9v9z" data-name="Calque 1" inkscape:label="x" '
        'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" style="fill:url( \'#a\')"/>'
        '<sodipodi:namedview xmlns:sodipodi="http://sodipodi.sourceforge.net/x.dtd"/>'
        '<use xlink:href="#a"/>',
        before='<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
    )

    kept = files.clean_vector_logo(upload(sent, "logo.svg"))

    assert kept.read().decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'viewBox="0 0 9 9"><defs><linearGradient id="a"><stop offset="0" stop-color="#123" />'
        "</linearGradient></defs><style>.b{fill:url(#a)}</style>"
        '<path class="b" d="M0 0h9v9z" style="fill:url( \'#a\')" /><use xlink:href="#a" /></svg>'
    )
    assert kept.name == "logo.svg"


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<g><g><script href="#x"/></g></g>',
        "<foreignObject><p>x</p></foreignObject>",
        '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
        '<path d="M0 0" onload="alert(1)"/>',
        '<path d="M0 0" OnClick="alert(1)"/>',
        '<image href="https://example.org/x.png"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        '<use xlink:href="https://example.org/x.svg#a"/>',
        '<use href="data:image/svg+xml,x"/>',
        '<path fill="url(https://example.org/x.svg#a)"/>',
        '<path style="fill:u\\72l(//example.org)"/>',
        "<path style=\"background:url( 'https://example.org/x')\"/>",
        "<style>@import 'https://example.org/x.css';</style>",
        "<style>@font-face{src:url(https://example.org/x.woff)}</style>",
        '<set attributeName="href" to="javascript:alert(1)"/>',
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<filter><feImage href="https://example.org/x.png"/></filter>',
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
        '<script xmlns="">alert(1)</script>',
        "<g>" * 100 + "</g>" * 100,
        '<g id="a"><use href="#a"/></g>',
        "".join(
            f'<g id="g{level}">' + f'<use href="#g{level + 1}"/>' * 10 + "</g>"
            for level in range(9)
        )
        + '<g id="g9"><path d="M0 0"/></g>',
    ],
)
def test_svg_that_runs_reaches_outside_or_never_ends_is_refused(inside):
    with pytest.raises(ValidationError) as refusal:
        files.clean_vector_logo(upload(svg(inside), "logo.svg"))

    assert refusal.value.code == "active"


LAUGHS = "<!DOCTYPE svg [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + level)} '{f'&{chr(97 + level)};' * 10}'>" for level in range(9)
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (svg("<text>&j;</text>", before=LAUGHS + "]>"), "content"),
        (
            svg(
                "<text>&x;</text>", before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hosts">]>'
            ),
            "content",
        ),
        (b"<svg>", "content"),
        (b"<svg></svg>", "content"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'></html>", "content"),
        (picture("PNG"), "content"),
        (b"%!PS-Adobe-3.0\nshowpage", "content"),
        (pdf(b"<</S /JavaScript>>"), "active"),
        (b"", "empty"),
        (b"<svg" + b" " * files.MAX_VECTOR_LOGO, "size"),
        ("\N{BYTE ORDER MARK}<svg".encode("utf-16"), "content"),
    ],
)
def test_file_that_is_no_vector_logo_is_refused(content, code):
    with pytest.raises(ValidationError) as refusal:
        files.clean_vector_logo(upload(content, "logo.svg"))

    assert refusal.value.code == code
