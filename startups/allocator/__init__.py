"""Who stands where and when: a proposal with its proof.

Pure Python over plain values and OR-Tools; it knows neither Django nor the rest of us, and runs as
`python -m startups.allocator`: one problem as JSON on stdin, lines of JSON on stdout.
"""
