"""A job's work is done once, whoever dies, repeats, or comes at the same time."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from loyalty_site import jobs
from loyalty_site.models import MOST_ATTEMPTS, AuditEvent, Job, JobChunk
from loyalty_site.tests import kinds

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
DAY = date(2026, 3, 4)


@pytest.fixture(autouse=True)
def job_kinds(settings) -> None:
    settings.JOB_KINDS = kinds.KINDS | kinds.OTHERS


def marks() -> list[str]:
    return sorted(AuditEvent.objects.filter(action="worked").values_list("subject", flat=True))


@pytest.mark.django_db
def test_drain_works_every_range_and_adds_the_figures_up() -> None:
    job = jobs.drain(jobs.open_job("mark", 1, DAY), clock=lambda: NOW)
    assert (job.state, job.result, job.finished_at) == (Job.State.DONE, {"rows": 40, "closed": True}, NOW)
    assert len(marks()) == kinds.CHUNKS


@pytest.mark.django_db
def test_opening_the_same_job_twice_gives_the_same_job() -> None:
    assert jobs.open_job("mark", 1, DAY) == jobs.open_job("mark", 1, DAY)
    assert jobs.open_job("mark", None, None) == jobs.open_job("mark", None, None)
    assert JobChunk.objects.count() == 2 * kinds.CHUNKS


@pytest.mark.django_db
def test_a_job_without_work_finishes_at_once() -> None:
    job = jobs.drain(jobs.open_job("empty", 1, DAY), clock=lambda: NOW)
    assert (job.state, job.result) == (Job.State.DONE, {"closed": True})


@pytest.mark.django_db
def test_double_delivery_is_harmless() -> None:
    job = jobs.open_job("mark", 1, DAY)
    jobs.drain(job)
    jobs.drain(job)
    assert len(marks()) == kinds.CHUNKS
    assert AuditEvent.objects.filter(action="finished").count() == 1


@pytest.mark.django_db
def test_asking_again_plans_a_finished_job_anew_and_leaves_an_open_one_alone() -> None:
    job = jobs.open_job("mark", 1, DAY)
    chunk = jobs.claim_chunk(job, now=NOW)
    assert jobs.open_job("mark", 1, DAY, again=True).chunks.filter(pk=chunk.pk).exists()
    jobs.run_chunk(chunk, now=NOW)
    jobs.drain(job)
    assert jobs.open_job("mark", 1, DAY, again=True).state == Job.State.WAITING


@pytest.mark.django_db
def test_a_broken_chunk_is_tried_five_times_and_says_why() -> None:
    job = jobs.drain(jobs.open_job("broken", 1, DAY))
    assert job.state == Job.State.FAILED
    assert job.error == "RuntimeError: the shelf is empty"
    assert set(job.chunks.values_list("attempt", flat=True)) == {MOST_ATTEMPTS}


@pytest.mark.django_db
def test_a_lease_that_ran_out_is_taken_over_and_the_late_worker_changes_nothing() -> None:
    job = jobs.open_job("mark", 1, DAY)
    late = jobs.claim_chunk(job, now=NOW)
    JobChunk.objects.exclude(pk=late.pk).delete()
    assert jobs.claim_chunk(job, now=NOW + jobs.LEASE) is None
    heir = jobs.claim_chunk(job, now=NOW + jobs.LEASE + timedelta(seconds=1))
    assert heir == late
    assert not jobs.run_chunk(late, now=NOW)
    assert jobs.run_chunk(heir, now=NOW)
    assert len(marks()) == 1


@pytest.mark.django_db
def test_sweeping_gives_up_on_a_chunk_that_kills_its_workers() -> None:
    job = jobs.open_job("mark", 1, DAY)
    jobs.claim_chunk(job, now=NOW)
    job.chunks.filter(state=Job.State.RUNNING).update(attempt=MOST_ATTEMPTS)
    assert jobs.sweep(now=NOW + 2 * jobs.LEASE) == [job.pk]
    assert jobs.drain(job).state == Job.State.FAILED


@pytest.mark.django_db
def test_sweeping_names_only_jobs_that_want_work() -> None:
    done, taken, waiting = (jobs.open_job("mark", merchant, DAY) for merchant in (1, 2, 3))
    jobs.drain(done)
    while jobs.claim_chunk(taken, now=NOW):
        pass
    assert jobs.sweep(now=NOW) == [waiting.pk]


@pytest.mark.django_db(transaction=True)
def test_two_claimers_at_once_never_get_the_same_chunk() -> None:
    job = jobs.open_job("mark", 1, DAY)
    claimed: list[int] = []
    together = threading.Barrier(kinds.CHUNKS)

    def claim() -> None:
        together.wait()
        if chunk := jobs.claim_chunk(job, now=NOW):
            claimed.append(chunk.pk)
        connection.close()

    claimers = [threading.Thread(target=claim) for _ in range(kinds.CHUNKS)]
    for claimer in claimers:
        claimer.start()
    for claimer in claimers:
        claimer.join()
    assert len(claimed) == len(set(claimed))


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_the_work_once() -> None:
    job = jobs.open_job("mark", 1, DAY)

    def work() -> None:
        jobs.drain(job)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    jobs.drain(job)
    assert len(marks()) == kinds.CHUNKS
    assert AuditEvent.objects.filter(action="finished").count() == 1
