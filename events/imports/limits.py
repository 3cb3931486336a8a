"""How much of a file is read."""

FILE_BYTES = 1024**2
SHAPES = 5_000
POINTS = 50_000
# Of one stand: whatever is drawn as one has four, or a few more.
STAND_CORNERS = 200
# Of all areas of a file: every stand is looked for in every area.
ZONE_CORNERS = 5_000
# Groups within groups.
DEPTH = 40
# As many problems as a page tells.
PROBLEMS = 200
