"""Spreadsheets made in the tests: nothing is read that a test does not show."""

import io
import zipfile
from xml.sax.saxutils import escape

import openpyxl

HEADINGS = ("Raison sociale", "SIRET", "Mail")


def xlsx(*rows, **sheets) -> bytes:
    """One sheet of these rows, or several by name."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, content in (sheets or {"Liste": rows}).items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(row)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def ods(*rows) -> bytes:
    """The smallest archive that is an OpenDocument spreadsheet."""
    lines = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows
    )
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {namespaces}>'
        f'<office:body><office:spreadsheet><table:table table:name="Liste">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    return packed({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})


def _ods_cell(value) -> str:
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    text = f"<text:p>{escape(value)}</text:p>"
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'


def packed(parts: dict) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return output.getvalue()


def csv(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)
