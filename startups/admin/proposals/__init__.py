"""Proposals of the solver at the desk."""

from startups.admin.proposals import runs

__all__ = ["runs"]
