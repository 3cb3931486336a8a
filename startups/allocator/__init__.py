"""Who stands where and when: a proposal with its proof.

Proved is relative to the stays that are allowed (see `stays.allowed_stays`): half-days in a row
on one stand, never scattered ones. Good neighbours are searched for, not proved, wherever they
stand in the order; a level below them is proved only if they reach their own bound.

Pure Python over plain values and OR-Tools; it knows neither Django nor the rest of us, and runs as
`python -m startups.allocator`: one problem as JSON on stdin, lines of JSON on stdout.
"""
