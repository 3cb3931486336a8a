"""How much of a file is read."""

FILE_BYTES = 1024**2
SHAPES = 5_000
POINTS = 50_000
# Groups within groups.
DEPTH = 40
# As many problems as a page tells.
PROBLEMS = 200
