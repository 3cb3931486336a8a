"""The organisers' door to the frame: editions, venue, programme."""

from events.admin import frame, programme, venue

__all__ = ["frame", "programme", "venue"]
