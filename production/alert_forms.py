"""Forms of alerts and of the maintenance log."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from production.models import PlantAlert
from production.services.alerts import LONGEST_TEXT, AlertRefused


def _day_field(**more: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Écrivez un jour, comme 2026-03-24.")},
        **more,
    )


def _text_field(**more: Any) -> forms.CharField:
    return forms.CharField(
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Au plus 2 000 caractères.")},
        **more,
    )


class _Refusable(forms.Form):
    def refuse(self, refusal: AlertRefused) -> None:
        """Show what a service refused beside the field it names."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class CloseForm(_Refusable):
    """Why it happened, until when, and whether what stays is the new usual."""

    cause = forms.ChoiceField(
        label=_("Cause"),
        choices=[("", _("choisissez")), *PlantAlert.Cause.choices],
        error_messages={"required": _("Dites la cause\u202f: sans elle, une alerte ne se clôt pas.")},
    )
    ended_on = _day_field(
        label=_("Dernier jour du trouble"),
        required=False,
        help_text=_("Vide\u202f: hier, ou le jour déjà connu."),
    )
    note = _text_field(label=_("Ce qui s’est passé"), required=False)
    accept = forms.BooleanField(
        label=_("La production restera ainsi\u202f: c’est la nouvelle habitude de ce toit."),
        required=False,
    )

    def __init__(self, alert: PlantAlert, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if alert.kind != PlantAlert.Kind.BEHIND:
            del self.fields["accept"]
        if alert.ended_on:
            self.fields["ended_on"].initial = alert.ended_on


class MaintenanceForm(_Refusable):
    """One entry of the log."""

    day = _day_field(label=_("Jour"))
    until = _day_field(label=_("Jusqu’au"), required=False)
    text = _text_field(label=_("Ce qui a été fait ou vu"))
