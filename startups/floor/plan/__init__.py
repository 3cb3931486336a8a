"""The pavilion drawn to scale: halls, zones, stands, who stands there, in the shapes of an SVG."""
