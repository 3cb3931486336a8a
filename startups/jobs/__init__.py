"""What workers do at length for an organiser; each module registers its kinds of job."""

from startups.jobs import allocating, choosing, imports, printing, releasing

__all__ = ["allocating", "choosing", "imports", "printing", "releasing"]
