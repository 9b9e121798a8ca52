"""Who reads the monthly letter of the demo: two of its accounts, for the board to count."""

from mine_de_soleil.core.models import User
from production.models import LetterReader
from production.services.letters import choose_letter
from shareholders.models import Cooperative

READERS = ("citoyenne@demo.example", "conseil@demo.example")


def choose_letters(cooperative: Cooperative) -> None:
    """Each says yes once; who stopped the letter in the demo isn't made to read it again."""
    for user in User.objects.filter(email__in=READERS, is_demo=True).order_by("pk"):
        if not LetterReader.objects.filter(cooperative=cooperative, user=user).exists():
            choose_letter(actor=user, cooperative=cooperative, wanted=True, language="fr")
