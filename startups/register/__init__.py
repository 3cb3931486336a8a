"""The public companies register: asked within a time and a rate, believed with care."""
