import logging
from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pavilion.celery import app
from pavilion.core.access import access_of

logger = logging.getLogger(__name__)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Google obeys it when it reads a calendar. Private pages say themselves that they are."""
    rules = ("User-agent: *", "Allow: /calendar/", "Disallow: /admin/", "Disallow: /api/")
    return HttpResponse("\n".join((*rules, "")), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations and broker are fine; 503 names what is not."""
    checks = {"database": _database(), "migrations": _migrations(), "broker": _broker()}
    is_ready = all(state == "ok" for state in checks.values())
    return JsonResponse(checks, status=200 if is_ready else 503)


def _database() -> str:
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        logger.exception("The database does not answer")
        return "down"
    return "ok"


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception:
        return "unknown"
    return "missing" if plan else "ok"


def _broker() -> str:
    if not settings.REDIS_URL:
        return "ok"
    try:
        with app.connection_for_write(connect_timeout=1) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=1)
    except Exception:
        return "down"
    return "ok"


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "core/accessibility.html", {"contact": _contact()})


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "core/privacy.html", {"contact": _contact()})


def _contact() -> str:
    """The address that stands under our mails: whoever writes to it reaches the team."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


@require_safe
def after_login(request: HttpRequest) -> HttpResponse:
    """Organisers go to their desk, reviewers to their files, everybody else to their day."""
    access = access_of(request.user)
    if access.is_national or access.desk_codes:
        return redirect("admin:index")
    if access.reviewed_codes:
        return redirect("startups:jury")
    return redirect("meetings:my_day")
