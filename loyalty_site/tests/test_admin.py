"""The operator's admin: each test's name finishes "it …"."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from loyalty_site import jobs
from loyalty_site.models import AuditEvent, Job, User
from loyalty_site.tests import kinds

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def registered(settings):
    settings.JOB_KINDS = kinds.KINDS


def operator() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("operator@example.com", "correct horse battery"))
    return client


def test_runs_chosen_jobs_again() -> None:
    job = jobs.drain(jobs.open_job("mark", 1, DAY))
    assert job.state == Job.State.DONE
    sent = {"action": "run_again", "_selected_action": [job.pk]}
    answer = operator().post(reverse("admin:loyalty_site_job_changelist"), sent, follow=True)
    job.refresh_from_db()
    assert job.state == Job.State.WAITING
    assert "1 job starts now." in answer.content.decode()
    assert AuditEvent.objects.filter(action="job-run").count() == 1


def test_edits_no_job() -> None:
    job = jobs.open_job("mark", 1, DAY)
    client = operator()
    answer = client.post(reverse("admin:loyalty_site_job_change", args=[job.pk]), {"state": "done"})
    assert answer.status_code == 403
    job.refresh_from_db()
    assert job.state == Job.State.WAITING
