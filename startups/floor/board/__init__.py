"""The rotation board: read, drawn, summed up, and told step by step."""
