"""Plain values onto paper. Each app brings its sheets (`.typ`); what they share is here.

`typesetting` loads the typesetter and is a worker's business; `apart` has a short document set by a
process of its own, for whoever waits for a page.
"""
