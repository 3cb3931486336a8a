"""The shape of what the API takes and gives about the frame."""
