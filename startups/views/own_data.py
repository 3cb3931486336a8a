"""A company's own data, in one file to take away."""

from tempfile import SpooledTemporaryFile

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from startups import own_data as export
from startups import summary
from startups.models import Application
from startups.views.private import private_page

# Above this size the archive goes to the disk while it is made.
IN_MEMORY = 5_000_000


@require_safe
@private_page
def own_data(request: HttpRequest, application: Application) -> HttpResponseBase:
    out = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # closed by the response
    export.write_archive(application, out)
    out.seek(0)
    return FileResponse(
        out,
        as_attachment=True,
        filename=f"{summary.reference(application)}.zip",
        content_type="application/zip",
    )
