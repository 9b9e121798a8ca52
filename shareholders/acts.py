"""What the acts on roles and on the register are called in the journal."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "grant_role": _("Rôle donné"),
    "revoke_role": _("Rôle retiré"),
    "enter_shareholder": _("Actionnaire inscrit au registre"),
    "issue": _("Actions émises"),
    "transfer": _("Actions cédées"),
}
