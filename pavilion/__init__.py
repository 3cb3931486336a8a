"""The project's wiring. Importing the Celery app here binds every shared task to it."""

from pavilion.celery import app as celery_app

__all__ = ["celery_app"]
