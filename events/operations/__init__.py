"""The verbs of the frame: what takes a place, what is on the programme."""
