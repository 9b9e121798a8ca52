"""The roles a person may hold in a cooperative, and what each asks of its account."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    SHAREHOLDER = "shareholder", _("Actionnaire")
    MUNICIPALITY = "municipality", _("Commune")
    OPERATOR = "operator", _("Exploitant")
    BOARD = "board", _("Conseil")
    TREASURER = "treasurer", _("Trésorerie")
    SCRUTINEER = "scrutineer", _("Scrutateur")
    AUDITOR = "auditor", _("Contrôle des comptes")
    ADMINISTRATOR = "administrator", _("Administration")


# Who can move money, change what is published or open doors for others signs in with two factors.
NEEDS_SECOND_FACTOR = frozenset({Role.BOARD, Role.TREASURER, Role.OPERATOR, Role.ADMINISTRATOR})
