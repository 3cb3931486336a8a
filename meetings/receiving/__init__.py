"""What comes back by mail: replies to invitations, and our own mail returned.

Read without trust (`parts`, `letter`, `calendar`, `results`, `returned`), weighed without the
database (`deciding`), then written down (`taking_in`). Every message is kept as it came.
"""
