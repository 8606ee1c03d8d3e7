"""What every app needs: who signs in, which background work ran, and who did what."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from loyalty_site.triggers import final

MOST_ATTEMPTS = 5  # a chunk that failed this often waits for a person


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create someone who can sign in; without a password, only by a code sent to the address."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an operator, who sees `/admin/` and every merchant's jobs."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True} | fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail; may be staff at one merchant and a member at another."""

    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined at"), auto_now_add=True)
    sign_out_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Upper("email"),  # UPPER is what iexact asks for
                name="user_email_unique",
                violation_error_message=_("Somebody already signs in with this address."),
            ),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_in_small_letters"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What ties a session to its person: another password, or one more `sign_out_count`, ends them all at once."""
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        text = f"{self.password}{self.sign_out_count or ''}"
        return salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] or self.email


class JobQuerySet(models.QuerySet["Job"]):
    def open(self) -> "JobQuerySet":
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])

    def of_merchant(self, merchant_id: int) -> "JobQuerySet":
        return self.filter(merchant_id=merchant_id)

    def unresolved(self, dated: list[str]) -> "JobQuerySet":
        """Failed, and not made good since by a later night; of `dated` kinds no later night does that."""
        later = Job.objects.filter(
            kind=models.OuterRef("kind"), merchant_id=models.OuterRef("merchant_id"), state=Job.State.DONE
        ).filter(business_on__gt=models.OuterRef("business_on"))
        return self.filter(models.Q(kind__in=dated) | ~models.Exists(later), state=Job.State.FAILED)

    def with_progress(self) -> "JobQuerySet":
        """Add `chunk_count` and `settled_count`, what a progress bar shows."""
        settled = models.Q(chunks__state__in=[Job.State.DONE, Job.State.FAILED])
        return self.annotate(chunk_count=models.Count("chunks"), settled_count=models.Count("chunks", filter=settled))


class Job(models.Model):
    """One run of background work: one kind, one merchant, one of the merchant's days; or one thing it is about."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(max_length=40)
    merchant_id = models.BigIntegerField(null=True, help_text=_("No foreign key: the ground knows no merchants."))
    business_on = models.DateField(null=True, help_text=_("The merchant's local day that this run closes."))
    subject_id = models.BigIntegerField(null=True, help_text=_("The row of an app that this run is about, if any."))
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant_id", "kind", "business_on", "subject_id"], name="job_unique", nulls_distinct=False
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="job_open", condition=models.Q(state__in=["waiting", "running"])),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.merchant_id} for {self.business_on}"

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}


class JobChunkQuerySet(models.QuerySet["JobChunk"]):
    def claimable(self, now: datetime) -> "JobChunkQuerySet":
        """Waiting and rested, or left behind by a worker whose lease ran out; never after the last attempt."""
        rested = models.Q(lease_until=None) | models.Q(lease_until__lte=now)
        waiting = models.Q(state=Job.State.WAITING) & rested
        left_behind = models.Q(state=Job.State.RUNNING, lease_until__lt=now)
        return self.filter(waiting | left_behind, attempt__lt=MOST_ATTEMPTS)

    def given_up(self, now: datetime) -> "JobChunkQuerySet":
        """Left behind on the last attempt: something in there kills its worker."""
        return self.filter(state=Job.State.RUNNING, lease_until__lt=now, attempt__gte=MOST_ATTEMPTS)

    def open(self) -> "JobChunkQuerySet":
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])


class JobChunk(models.Model):
    """A range of ids of one job, small enough for one short transaction."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="chunks")
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=Job.State, default=Job.State.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    broken = models.JSONField(default=list, help_text=_("Accounts left out, each with what was wrong."))

    objects = JobChunkQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["job", "first_id"], name="job_chunk_unique"),
            models.CheckConstraint(condition=models.Q(last_id__gte=models.F("first_id")), name="job_chunk_range"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.first_id} to {self.last_id}"


class AuditEvent(models.Model):
    """Who did what to what, for the owner's peace of mind; written once, never edited."""

    at = models.DateTimeField()
    merchant_id = models.BigIntegerField(null=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["merchant_id", "-at"], name="audit_of_merchant")]
        triggers = final("audit_event")

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
