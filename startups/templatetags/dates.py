"""`{{ call.closes_at|moment }}`: days and moments as people write them."""

from django import template

from startups import dates

register = template.Library()

register.filter("day", dates.day)
register.filter("moment", dates.moment)
register.filter("clock", dates.clock)
register.filter("localday", dates.localday)
