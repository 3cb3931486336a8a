"""Run sheets (déroulés): what one delegate, delegation, region, room or day has minute by minute.

`reading` makes lines of the database, `lines` is what a line is, `comparing` says what differs
between two versions, `telling` says it in words, `sheet` puts a page together, `printing` a paper.
"""
