"""`{{ standing.total|euros }}`: an amount as people write it, "12 500,50 €"."""

from django import template

from startups.eligibility import euros

register = template.Library()

register.filter("euros", euros)
