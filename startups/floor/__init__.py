"""The pavilion drawn: halls, areas, stands, and who is there when."""
