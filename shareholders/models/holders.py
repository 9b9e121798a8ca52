"""Who holds shares: people, companies, public bodies, several together; who speaks for them; their bank."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mine_de_soleil.core.models import User
from mine_de_soleil.core.secrets import SecretField
from shareholders.models.cooperatives import College, Cooperative
from shareholders.models.register import ShareMovement

IN_CHARGE = Q(until=None)
COUNTRY = r"^[A-Z]{2}$"


class ShareholderQuerySet(models.QuerySet["Shareholder"]):
    def of(self, user: User, cooperative: Cooperative) -> Self:
        """The accounts `user` may see and act for: one's own, and those one represents today."""
        return self.acted_for_by(user).filter(cooperative=cooperative)

    def acted_for_by(self, user: User) -> Self:
        """The same in every cooperative."""
        represented = Representative.objects.filter(IN_CHARGE, user=user).values("holder")
        held_together = HolderPart.objects.filter(IN_CHARGE, user=user, is_proxy=True).values("account")
        return self.filter(Q(user=user) | Q(pk__in=represented) | Q(pk__in=held_together))

    def holding_on(self, day: dt.date) -> Self:
        """Adds `shares_held`: shares received less shares given up, by the close of `day`."""
        return self.annotate(shares_held=_moved("to_shareholder", day) - _moved("from_shareholder", day))

    def with_college_on(self, day: dt.date) -> Self:
        """Adds `college_id_then`: the college each belonged to on `day`, None before the first."""
        return self.annotate(college_id_then=_college_on(day))


def _moved(side: str, day: dt.date) -> Coalesce:
    """Shares moved to or from the outer shareholder up to `day`; joins of both sides would multiply rows."""
    rows = ShareMovement.objects.filter(**{side: OuterRef("pk")}).up_to(day).order_by().values(side)
    return Coalesce(Subquery(rows.annotate(total=Sum("quantity")).values("total")), 0)


def _college_on(day: dt.date) -> Subquery:
    entries = CollegeMembership.objects.filter(shareholder=OuterRef("pk"), since__lte=day)
    return Subquery(entries.order_by("-since", "-pk").values("college")[:1])


class Shareholder(models.Model):
    """An account of the register, under an order number for ever: whoever it belongs to.

    One person, a company, a public body; or several people at once, named in `HolderPart`: joint owners
    under one proxy, or a bare owner and a usufructuary.
    """

    class Kind(models.TextChoices):
        NATURAL = "natural", _("personne physique")
        LEGAL = "legal", _("personne morale")
        PUBLIC = "public", _("collectivité ou organisme public")
        JOINT = "joint", _("indivision")
        SPLIT = "split", _("usufruit et nue-propriété")

    class Protection(models.TextChoices):
        NONE = "", _("aucune")
        CURATORSHIP = "curatorship", _("curatelle")
        GUARDIANSHIP = "guardianship", _("tutelle")

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="shareholders")
    number = models.PositiveIntegerField(_("numéro d’ordre"))
    kind = models.CharField(max_length=10, choices=Kind)
    first_names = models.CharField(_("prénoms"), max_length=120, blank=True)
    last_name = models.CharField(_("nom"), max_length=120, blank=True)
    birth_date = models.DateField(_("date de naissance"), null=True, blank=True)
    birth_place = models.CharField(_("lieu de naissance"), max_length=120, blank=True)
    died_on = models.DateField(_("date du décès"), null=True, blank=True)
    protection = models.CharField(max_length=12, choices=Protection, blank=True, default="")
    legal_name = models.CharField(_("dénomination"), max_length=160, blank=True)
    legal_form = models.CharField(_("forme juridique"), max_length=80, blank=True)
    siren = models.CharField(max_length=9, blank=True, validators=[RegexValidator(r"^\d{9}$")])
    insee_code = models.CharField(_("code INSEE"), max_length=5, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    postcode = models.CharField(_("code postal"), max_length=10, blank=True)
    commune = models.CharField(_("commune"), max_length=80, blank=True)
    country = models.CharField(_("pays"), max_length=2, default="FR", validators=[RegexValidator(COUNTRY)])
    tax_residence = models.CharField(
        _("résidence fiscale"), max_length=2, default="FR", validators=[RegexValidator(COUNTRY)]
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="shareholders",
    )
    # The same person was entered twice: this account stays for its history, and holds nothing any more.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_accounts"
    )

    shares_held: int  # set by `holding_on`
    college_id_then: int | None  # set by `with_college_on`

    objects = ShareholderQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("actionnaire")
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "number"], name="one_shareholder_per_number"),
            models.CheckConstraint(
                condition=(Q(kind="natural") & ~Q(last_name="") & ~Q(first_names="") & Q(legal_name=""))
                | (~Q(kind="natural") & ~Q(legal_name="") & Q(last_name="", first_names="")),
                name="natural_or_legal_person",
            ),
            models.CheckConstraint(
                condition=Q(siren="") | Q(siren__regex=r"^[0-9]{9}$"), name="siren_is_nine_digits"
            ),
            models.CheckConstraint(
                condition=Q(country__regex=COUNTRY, tax_residence__regex=COUNTRY),
                name="countries_are_two_letters",
            ),
            models.CheckConstraint(
                condition=Q(kind="natural") | Q(birth_date=None, died_on=None, protection=""),
                name="only_people_are_born_and_die",
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name or f"{self.first_names} {self.last_name}"


class FormerAddress(models.Model):
    """Where a holder lived until the day before `until`, as declared then. Written by the database alone.

    A trigger keeps it whenever an address changes, whoever changes it: the company's list holds declared
    addresses (R228-7), and figures by commune ask for the address of a day. Never changed.
    """

    holder = models.ForeignKey(Shareholder, on_delete=models.PROTECT, related_name="former_addresses")
    until = models.DateField(help_text="The day the next address was declared.")
    address = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    commune = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2)
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["until", "pk"]
        indexes = [models.Index(fields=["holder", "until", "id"], name="former_address_by_day")]

    def __str__(self) -> str:
        return f"{self.postcode} {self.commune} < {self.until}"


class CollegeMembership(models.Model):
    """From `since` on this holder votes in that college, until a later entry says another. Never changed."""

    shareholder = models.ForeignKey(Shareholder, on_delete=models.PROTECT, related_name="memberships")
    college = models.ForeignKey(College, on_delete=models.PROTECT, related_name="memberships")
    # Kept beside both keys so that the database can hold them to one cooperative.
    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["since", "pk"]
        indexes = [models.Index(fields=["shareholder", "-since", "-id"], name="membership_by_day")]

    def __str__(self) -> str:
        return f"{self.shareholder}: {self.college}"


class HolderPart(models.Model):
    """One of the people an account belongs to, when it belongs to several."""

    class Quality(models.TextChoices):
        JOINT_OWNER = "joint_owner", _("indivisaire")
        BARE_OWNER = "bare_owner", _("nu-propriétaire")
        USUFRUCTUARY = "usufructuary", _("usufruitier")

    account = models.ForeignKey(Shareholder, on_delete=models.PROTECT, related_name="parts")
    quality = models.CharField(max_length=14, choices=Quality)
    first_names = models.CharField(_("prénoms"), max_length=120)
    last_name = models.CharField(_("nom"), max_length=120)
    birth_date = models.DateField(_("date de naissance"), null=True, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(_("adresse"), max_length=300, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    is_proxy = models.BooleanField(default=False, help_text="Speaks for all of them to the company.")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(is_proxy=True) & IN_CHARGE, name="one_proxy_per_account"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="part_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_names} {self.last_name}"


class Representative(models.Model):
    """Somebody who acts for a holder: a child's parent, a guardian, a company's or a town's delegate."""

    class Quality(models.TextChoices):
        PARENT = "parent", _("parent")
        GUARDIAN = "guardian", _("tuteur ou tutrice")
        CURATOR = "curator", _("curateur ou curatrice")
        DELEGATE = "delegate", _("délégué ou déléguée")
        PROXY = "proxy", _("mandataire")

    holder = models.ForeignKey(Shareholder, on_delete=models.PROTECT, related_name="representatives")
    quality = models.CharField(max_length=10, choices=Quality)
    first_names = models.CharField(_("prénoms"), max_length=120)
    last_name = models.CharField(_("nom"), max_length=120)
    email = models.EmailField(blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    mandate = models.ForeignKey("Attachment", on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="representation_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_names} {self.last_name}"


class HolderBankAccount(models.Model):
    """Where a holder is paid; the latest row is the one in force, earlier ones stay to be looked up."""

    holder = models.ForeignKey(Shareholder, on_delete=models.PROTECT, related_name="bank_accounts")
    owner_name = models.CharField(_("titulaire du compte"), max_length=120)
    iban = SecretField()
    iban_fingerprint = models.CharField(max_length=64)
    iban_masked = models.CharField(max_length=40)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-since", "-pk"]
        indexes = [models.Index(fields=["iban_fingerprint"], name="holder_by_iban")]

    def __str__(self) -> str:
        return self.iban_masked


class BankChange(models.Model):
    """A bank account that waits for the code sent by e-mail, a row a code. The code is never stored."""

    holder = models.ForeignKey(Shareholder, on_delete=models.PROTECT, related_name="bank_changes")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    owner_name = models.CharField(_("titulaire du compte"), max_length=120)
    iban = SecretField()
    iban_masked = models.CharField(max_length=40)
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.iban_masked


class Attachment(models.Model):
    """A paper somebody brought: a council's deliberation, a mandate, a notary's deed. Never changed."""

    class Kind(models.TextChoices):
        DELIBERATION = "deliberation", _("délibération du conseil")
        MANDATE = "mandate", _("mandat")
        DEED = "deed", _("acte notarié")
        JUDGMENT = "judgment", _("décision de justice")
        IDENTITY = "identity", _("pièce d’identité")
        STATUTES = "statutes", _("statuts")
        INFORMATION = "information", _("document d’information")
        OTHER = "other", _("autre pièce")

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="attachments")
    holder = models.ForeignKey(Shareholder, on_delete=models.PROTECT, null=True, related_name="attachments")
    kind = models.CharField(max_length=14, choices=Kind)
    reference = models.CharField(_("référence"), max_length=120, blank=True)
    dated = models.DateField(null=True)
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.file_name
