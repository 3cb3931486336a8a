"""`{{ application.company_check|company_told }}`: what the register's word means to them."""

from django import template

from startups.register import words as company_words

register = template.Library()

register.filter("company_told", company_words.told)
