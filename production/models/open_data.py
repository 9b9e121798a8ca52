"""Under which licence a cooperative publishes its series."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from production.open_data.licences import LICENCES
from shareholders.models import Cooperative


class OpenDataLicence(models.Model):
    """The licence a board chose; without a row it is the Licence Ouverte 2.0."""

    cooperative = models.OneToOneField(
        Cooperative, on_delete=models.CASCADE, primary_key=True, related_name="open_data_licence"
    )
    code = models.CharField(
        _("licence"), max_length=12, choices=[(c, one.name) for c, one in LICENCES.items()]
    )
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("licence des données")
        constraints = [
            models.CheckConstraint(condition=Q(code__in=list(LICENCES)), name="open_data_licence_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.cooperative}: {self.code}"
