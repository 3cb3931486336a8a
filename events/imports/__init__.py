"""Plans that come as files: CSV, GeoJSON, SVG. Read, compared with the level, written as one edit.

Each reader turns a file into shapes and problems, and knows nothing of the database; `comparing`
knows the level and nothing of files.
"""

from events.imports.comparing import Comparison, compare
from events.imports.reading import FORMATS, Options, read
from events.imports.shapes import Problem, Reading, Shape, Unreadable

__all__ = [
    "FORMATS",
    "Comparison",
    "Options",
    "Problem",
    "Reading",
    "Shape",
    "Unreadable",
    "compare",
    "read",
]
