"""Each role at each door: what they see, and what they may do, in one table for each app.

A door that no table knows fails `test_every_door_is_in_a_table`: whoever adds one says in
`tables/<app>.py` who may use it. A door that opens on one row finds it in `conftest.py`'s world.
"""
