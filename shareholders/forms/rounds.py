"""The board's forms: a funding round, a decision."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shareholders.forms.identity import check_pdf
from shareholders.models import FundingRound
from shareholders.round_pages import Consequence


class RoundForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is offered, when, and to whom; the information document as a PDF."""

    information_file = forms.FileField(
        label=gettext_lazy("Document d’information (PDF, 5 Mo au plus)"),
        required=False,
        help_text=gettext_lazy("Chaque souscripteur le lit avant de signer."),
    )

    class Meta:
        model = FundingRound
        fields = (
            "name",
            "pitch",
            "opens_on",
            "closes_on",
            "minimum_shares",
            "target_shares",
            "maximum_shares",
            "premium",
            "least_each",
            "most_each",
            "rule",
        )
        widgets = {
            "pitch": forms.Textarea(attrs={"rows": 4}),
            "opens_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "closes_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "rule": forms.RadioSelect,
        }

    def clean(self) -> dict[str, Any]:
        """The rules the database holds as well, said where they can be put right."""
        told = self.cleaned_data
        self._ordered("opens_on", "closes_on", _("La clôture vient après l’ouverture."))
        self._ordered("minimum_shares", "target_shares", _("L’objectif ne peut être sous le minimum."))
        self._ordered("target_shares", "maximum_shares", _("Le maximum ne peut être sous l’objectif."))
        self._ordered("least_each", "most_each", _("Ce maximum est sous le minimum par personne."))
        if told.get("premium") is not None and told["premium"] < 0:
            self.add_error("premium", _("La prime n’est pas négative."))
        if told.get("least_each") == 0:
            self.add_error("least_each", _("Demandez une action au moins."))
        return told

    def _ordered(self, lower: str, upper: str, sentence: str) -> None:
        low, high = self.cleaned_data.get(lower), self.cleaned_data.get(upper)
        if low is not None and high is not None and high < low:
            self.add_error(upper, sentence)

    def clean_information_file(self) -> bytes | None:
        """The document's content; None when none was brought."""
        file: UploadedFile[Any] | None = self.cleaned_data["information_file"]
        if not file:
            return None
        self.file_name = str(file.name)
        return check_pdf(file)


class ClosingForm(forms.Form):
    """A round is closed by who says to know what that does, in figures as they are now."""

    understood = forms.BooleanField(
        error_messages={"required": gettext_lazy("Cochez la case pour clore : c’est définitif.")}
    )
    # What the page announced: it may have changed since.
    outcome = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, consequence: Consequence) -> None:
        super().__init__(data, initial={"outcome": consequence.outcome})
        self.consequence = consequence
        self.fields["understood"].label = consequence.sentence

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if told.get("outcome") != self.consequence.outcome:
            self.data = {"outcome": self.consequence.outcome}  # the box is to be ticked again
            raise forms.ValidationError(_("La levée a changé entre-temps : relisez ce que la clôture fera."))
        return told


class DecisionForm(forms.Form):
    """The board's word; a refusal says why."""

    word = forms.ChoiceField(choices=[("approve", ""), ("refuse", "")])
    reason = forms.CharField(
        label=gettext_lazy("Motif, en cas de refus"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if told.get("word") == "refuse" and not told.get("reason", "").strip():
            self.add_error("reason", _("Dites pourquoi : la personne le lira."))
        return told
