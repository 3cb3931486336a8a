"""What higher apps may want to hear of; a lower app never calls them."""

from django.dispatch import Signal

# `place`: an edition, hall, level, zone, room or stand that may be called otherwise now. Sent in
# the transaction of the change.
place_changed = Signal()

# `day`: its date or hours are others now, and its half-days'. Sent in the change's transaction.
day_changed = Signal()

# `stands` and `zones`: those that close, or pass to another region, as they will be. Sent in the
# transaction of the change, their rows locked: a receiver may refuse with a DomainError.
floor_changing = Signal()
