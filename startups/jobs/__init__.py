"""What workers do at length for an organiser; each module registers its kinds of job."""

from startups.jobs import choosing, imports, releasing

__all__ = ["choosing", "imports", "releasing"]
