"""Work that takes longer than a click: promised in a transaction, done by a worker, in sight.

The page of a job shows of its result: "sentence" (what was done, in words), "problems" (a list of
{"who", "why"} and, to lead there, "url"), "url" and "url_label" (where to go on), and "error".
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from celery import current_app
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from pavilion.core.access import access_of
from pavilion.core.acting import acting
from pavilion.core.errors import DomainError
from pavilion.core.models import Job, User

logger = logging.getLogger(__name__)

# A worker that says nothing for so long is dead: another takes the job over.
LEASE = timedelta(minutes=2)
# While a job writes in one long transaction, SQLite lets nobody else write, not even its sign of
# life: the job is given its time in advance, and a worker that dies is missed so much later.
LONG_LEASE = timedelta(minutes=30)
# How often a job in one long transaction gives that sign elsewhere, in seconds.
BEAT = 1.0
# A job that killed as many workers is not given to another.
ATTEMPTS = 3
# What a job gave back, and its file, which tells of people, are kept so long after it. The page on
# personal data says the same.
KEPT = timedelta(days=30)
# How often, in rows, a job tells how far it is.
STEP = 50


class TakenOver(Exception):
    """This worker was thought dead, and another one is doing the job: nothing more to say."""


class Progress:
    """How far a job is, told to whoever watches it and to the workers that might take it over.

    A job may be begun again after a worker died: what it does must bear being done twice.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.lease = LEASE
        self.teller: _Teller | None = None

    def begin(self, total: int) -> None:
        self._tell(total=total, done=0)

    def advance(self, done: int) -> None:
        """To be called for every row, or every few; writes every `STEP` rows and at the end."""
        if self.teller is not None:
            self.teller.ensure_held()
            self.job.done = done  # told by the other thread
        elif not self.job.done <= done < self.job.done + STEP or done >= self.job.total:
            self._tell(done=done)

    @contextmanager
    def in_one_transaction(self) -> Iterator[None]:
        """Around work that writes in one long transaction: nobody sees of it before it commits.

        Meanwhile a second connection says how far it is and that the worker lives.
        """
        if connection.vendor == "sqlite":
            self.lease = LONG_LEASE
            self._tell()
            yield
            return
        self.teller = _Teller(self.job)
        self.teller.start()
        try:
            yield
        finally:
            self.teller.stop()
            self.teller = None
        self._tell(done=self.job.done)

    def keep(self, name: str, content: bytes) -> None:
        """Keep a file for whoever asked for the job."""
        self.job.file.save(name, ContentFile(content), save=False)
        self._tell(file=self.job.file.name, file_name=name)

    def _tell(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self.job, name, value)
        mine = _held(self.job)
        if not mine.update(**values, claimed_until=timezone.now() + self.lease):
            raise TakenOver


class _Teller(Thread):
    """Says how far a job is over a connection of its own."""

    def __init__(self, job: Job) -> None:
        super().__init__(name=f"job-{job.pk}", daemon=True)
        self.job = job
        self.is_over = Event()
        self.is_taken_over = False

    def run(self) -> None:
        try:
            while not self.is_over.wait(BEAT):
                self.tell()
        finally:
            connection.close()

    def tell(self) -> None:
        until = timezone.now() + LEASE
        if not _held(self.job).update(done=self.job.done, claimed_until=until):
            self.is_taken_over = Job.objects.filter(pk=self.job.pk).exists()

    def ensure_held(self) -> None:
        if self.is_taken_over:
            raise TakenOver

    def stop(self) -> None:
        self.is_over.set()
        self.join()


# What runs a job of each kind, by name; apps register theirs when they are loaded. The mapping
# returned is the job's result, in JSON. A DomainError is shown as written.
Run = Callable[[Job, Progress], Mapping[str, Any]]
KINDS: dict[str, Run] = {}


def register(kind: str) -> Callable[[Run], Run]:
    def registered(run: Run) -> Run:
        KINDS[kind] = run
        return run

    return registered


def promise(
    *,
    kind: str,
    label: str,
    by: User | None,
    arguments: Mapping[str, Any],
    region_code: str = "",
    total: int = 0,
) -> Job:
    """Write the job down and nudge a worker after commit; a lost nudge is found by the sweep.

    Without a region it is about what its author sees: for a desk of one region, that region.
    """
    if kind not in KINDS:
        raise ValueError(f"No job of kind {kind} is registered")
    region_code = region_code or access_of(by).only_desk
    job = Job.objects.create(
        kind=kind,
        label=label[:250],
        by=by,
        arguments=dict(arguments),
        region_code=region_code,
        total=total,
        language=(translation.get_language() or "fr")[:2],
    )
    transaction.on_commit(lambda: _nudge(job.pk), robust=True)
    return job


def run(job_id: int) -> None:
    """Do a job, unless a worker is at it or it is over."""
    job = _claim(job_id)
    if job is None:
        return
    values: dict[str, Any]
    try:
        with translation.override(job.language), acting(lambda: job.by):
            result = KINDS[job.kind](job, Progress(job))
            # Lazy words become text while their language is the active one.
            plain = json.loads(json.dumps(dict(result), default=str))
        values = {"state": Job.State.DONE, "result": plain, "done": F("total")}
    except TakenOver:
        logger.warning("The job %s was taken over by another worker", job.pk)
        return
    except DomainError as refusal:
        values = {"state": Job.State.FAILED, "result": {"error": str(refusal)}}
    except Exception:
        logger.exception("The job %s of kind %s broke", job.pk, job.kind)
        with translation.override(job.language):
            sentence = _("Something broke on our side. The administrators have been told.")
        values = {"state": Job.State.FAILED, "result": {"error": sentence}}
    _held(job).update(**values, finished_at=timezone.now(), claimed_until=None)


def run_due() -> None:
    """Run every job that nobody is at, oldest first."""
    for job_id in _due().order_by("pk").values_list("pk", flat=True):
        run(job_id)


def forget_old() -> int:
    """Delete jobs long over, and their files. Returns how many."""
    old = Job.objects.filter(finished_at__lt=timezone.now() - KEPT)
    jobs = list(old.order_by("pk"))
    for job in jobs:
        job.delete()
        if job.file:
            job.file.delete(save=False)
    return len(jobs)


def _held(job: Job) -> QuerySet[Job]:
    """The job while it is still this worker's: whoever takes it over counts one attempt more."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)


def _due() -> QuerySet[Job]:
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=timezone.now())
    return Job.objects.filter(free, state__in=[Job.State.QUEUED, Job.State.RUNNING])


def _claim(job_id: int) -> Job | None:
    """One conditional UPDATE: of two workers, one gets the job."""
    now = timezone.now()
    gone = _due().filter(pk=job_id, attempts__gte=ATTEMPTS)
    if given_up := gone.first():
        with translation.override(given_up.language):
            sentence = _("This job stopped its worker several times; it is not tried again.")
        gone.update(
            state=Job.State.FAILED,
            finished_at=now,
            claimed_until=None,
            result={"error": sentence},
        )
        logger.error("The job %s was given up after %s attempts", job_id, ATTEMPTS)
        return None
    claimed = (
        _due()
        .filter(pk=job_id)
        .update(
            state=Job.State.RUNNING,
            claimed_until=now + LEASE,
            attempts=F("attempts") + 1,
            started_at=now,
        )
    )
    return Job.objects.get(pk=job_id) if claimed else None


def _nudge(job_id: int) -> None:
    try:
        current_app.send_task("pavilion.core.tasks.run_job", args=[job_id])
    except OperationalError as error:
        logger.warning("The broker does not answer, the sweep will run the job: %s", error)
