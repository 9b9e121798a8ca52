"""The monthly letter: who asked for it, what became of each month, who got it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shareholders.models import Cooperative


class LetterReaderQuerySet(models.QuerySet["LetterReader"]):
    def of(self, cooperative: Cooperative) -> Self:
        """Those of one cooperative who get the letter."""
        return self.filter(cooperative=cooperative, state=LetterReader.State.READING)

    def still_to_get(self, month: "LetterMonth") -> Self:
        """Readers of that cooperative when the month's letters began to leave, who haven't got theirs."""
        sent = LetterSent.objects.filter(reader=OuterRef("pk"), month=month.month)
        return self.of(month.cooperative).filter(~Exists(sent), confirmed_at__lte=month.at)


class LetterReader(models.Model):
    """Somebody who asked for the monthly letter: an account of the site, or an address that said yes twice.

    Nobody gets a letter unasked. A follower who stops is forgotten; of an account the choice is kept.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("à confirmer")
        READING = "reading", _("reçoit la lettre")
        STOPPED = "stopped", _("ne la reçoit plus")

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="letter_readers")
    email = models.EmailField(_("adresse e-mail"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="letters_read"
    )
    language = models.CharField(max_length=2, default="fr")
    state = models.CharField(max_length=7, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)

    objects = LetterReaderQuerySet.as_manager()

    class Meta:
        verbose_name = _("lecteur de la lettre")
        constraints = [
            models.UniqueConstraint("cooperative", Lower("email"), name="one_letter_per_address"),
            models.UniqueConstraint(fields=["cooperative", "user"], name="one_letter_per_account"),
            models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="letter_language_is_known"),
            models.CheckConstraint(
                condition=~Q(state="reading") | Q(confirmed_at__isnull=False), name="letter_reader_said_yes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cooperative_id} {self.pk}: {self.state}"

    @property
    def address(self) -> str:
        """Where the letter goes: an account's own address, whichever it is by now."""
        return self.user.email if self.user is not None else self.email


class LetterMonth(models.Model):
    """What became of one month's letter of a cooperative: it left, or it didn't and why."""

    class State(models.TextChoices):
        SENT = "sent", _("envoyée")
        SKIPPED = "skipped", _("pas envoyée")

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="letter_months")
    month = models.DateField(help_text="Its first day.")
    state = models.CharField(max_length=7, choices=State)
    read_percent = models.PositiveSmallIntegerField(help_text="Part of the roof-days with a reading then.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-month"]
        verbose_name = _("lettre du mois")
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "month"], name="one_letter_per_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="letter_month_is_a_first"),
            models.CheckConstraint(condition=Q(read_percent__lte=100), name="letter_percent_up_to_hundred"),
        ]

    def __str__(self) -> str:
        return f"{self.cooperative_id} {self.month:%Y-%m}: {self.state}"


class LetterSent(models.Model):
    """This reader's letter of that month was handed to the post: never twice."""

    reader = models.ForeignKey(LetterReader, on_delete=models.CASCADE, related_name="sent")
    month = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reader", "month"], name="one_letter_per_reader_and_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="letter_sent_month_is_a_first"),
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} {self.month:%Y-%m}"
