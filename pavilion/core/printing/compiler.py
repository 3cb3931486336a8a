"""The typesetter: a sheet in a folder with all it needs becomes a PDF.

Also a program, which knows nothing else of ours: the sheet and the moment, the PDF comes out.
"""

import sys
from pathlib import Path

import typst

# Only the fonts that the typesetter brings along: every machine prints the same.
FONTS = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def compiled(sheet: Path, at: int) -> bytes:
    """`at` is when the document says it was made, in seconds since 1970."""
    folder = sheet.parent
    compiler = typst.Compiler(
        sheet,
        root=folder,
        font_paths=FONTS,
        ignore_system_fonts=True,
        package_path=folder,
        package_cache_path=folder,
    )
    pdf = compiler.compile(format="pdf", timestamp=at)
    if not isinstance(pdf, bytes):
        raise TypeError(f"The sheet {sheet.name} made several files")
    return pdf


if __name__ == "__main__":
    sys.stdout.buffer.write(compiled(Path(sys.argv[1]), int(sys.argv[2])))
