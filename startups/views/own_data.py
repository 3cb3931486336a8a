"""A company's own data, in one file to take away."""

import io

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from startups import own_data as export
from startups import summary
from startups.models import Application
from startups.views.private import private_page


@require_safe
@private_page
def own_data(request: HttpRequest, application: Application) -> HttpResponseBase:
    # In memory: a call asks for a few files of ten megabytes at most.
    out = io.BytesIO()
    export.write_archive(application, out)
    out.seek(0)
    return FileResponse(
        out,
        as_attachment=True,
        filename=f"{summary.reference(application)}.zip",
        content_type="application/zip",
    )
