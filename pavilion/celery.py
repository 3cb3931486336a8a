"""The Celery application: reads the CELERY_* settings and finds every app's tasks."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pavilion.settings")

app = Celery("pavilion")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
