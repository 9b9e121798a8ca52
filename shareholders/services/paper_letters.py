"""Letters that say a paper is ready: a link, never the paper itself."""

from django.utils import timezone, translation

from mine_de_soleil.core.post import post
from shareholders.models import NewbornPanel, Paper
from shareholders.paper_keys import panel_address, paper_address


def tell_paper(paper: Paper, readers: list[tuple[str, str]], *, with_key: bool = False) -> None:
    """Tell each reader (address, language) once where to read the paper."""
    for email, language in dict.fromkeys(readers):
        with translation.override(language):
            name = paper.get_kind_display()
        context = {
            "paper": paper,
            "name": name,
            "link": paper_address(paper, with_key=with_key),
            "asks_to_sign_in": not with_key,
            "cooperative": paper.cooperative,
        }
        template = "shareholders/mail/papers_ready.txt"
        post(to=email, template=template, context=context, language=language)


def tell_panel(panel: NewbornPanel, what: str, **more: object) -> None:
    """Tell a family of its request: `newborn_confirm`, `newborn_given` or `newborn_declined`."""
    context = {"panel": panel, "link": panel_address(panel), "cooperative": panel.cooperative} | more
    template = f"shareholders/mail/{what}.txt"
    with timezone.override(panel.cooperative.zone):
        post(to=panel.contact_email, template=template, context=context, language=panel.language)
