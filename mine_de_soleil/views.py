"""Pages of the roof: those that mix storeys, and those of the site itself."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe

from installations.models import Plant
from installations.permissions import can_follow_commune, follows
from mine_de_soleil import home_pages
from mine_de_soleil.core.colours import stylesheet
from mine_de_soleil.core.models import JournalEntry, User
from mine_de_soleil.health import health_of
from mine_de_soleil.navigation import places_of
from production.judgement import total
from production.open_data.daily import fleet_csv
from production.open_data.licences import LICENCES
from production.open_data.package import published
from production.permissions import can_choose_licence
from production.plant_pages import energy_sources, roof_year
from production.reports import law_figures
from production.services.letters import reads_letter
from production.wording import against_forecast
from shareholders.access import page_for, public_page
from shareholders.board_pages import work_queue
from shareholders.models import Cooperative, RoleGrant
from shareholders.permissions import Actor, actor_in, can_see_accounts, can_see_own_shares, can_see_register
from shareholders.reports import capital_on


@login_not_required
@require_safe
def network(request: HttpRequest) -> HttpResponse:
    """Every cooperative of this site."""
    cooperatives = list(Cooperative.objects.all())
    return render(request, "network.html", {"cooperatives": cooperatives})


@public_page
@require_safe
def cooperative(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The public page: what the roofs made yesterday and since January."""
    page = home_pages.public_page(actor.cooperative, timezone.localdate())
    return render(request, "cooperative.html", {"page": page})


@public_page
@require_safe
def cooperative_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    """This year's daily output of every roof as a file."""
    today = timezone.localdate()
    plants = list(Plant.objects.of(actor.cooperative))
    text = fleet_csv(plants, today.replace(month=1, day=1), today)
    headers = {"Content-Disposition": f'attachment; filename="{actor.cooperative.slug}_{today.year}.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@public_page
@require_safe
def colours(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The cooperative's own two colours, as a stylesheet after the kit's."""
    own = stylesheet(actor.cooperative.primary_colour, actor.cooperative.accent_colour)
    return HttpResponse(
        own, content_type="text/css; charset=utf-8", headers={"Cache-Control": "max-age=3600"}
    )


@public_page
@require_safe
def transparency(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Public figures and where each comes from."""
    today = timezone.localdate()
    year = roof_year(actor.cooperative, today)
    context = {
        "capital": capital_on(actor.cooperative, today),
        "rows": year.rows,
        "figures": law_figures(today),
        "sources": energy_sources(actor.cooperative, year.plants, year.outlooks, today),
        "forecasts": home_pages.forecasts_in_force(year, today),
        "data": published(actor.cooperative, today),
        "licences": LICENCES.values() if can_choose_licence(actor) else (),
    }
    return render(request, "transparency.html", context)


@page_for(can_see_own_shares)
@require_safe
def my_space(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A shareholder's own: shares, value, weight, roofs."""
    assert actor.user is not None
    page = home_pages.own_space(actor.user, actor.cooperative, timezone.localdate())
    context = {"page": page, "reads_letter": reads_letter(actor.user, actor.cooperative)}
    return render(request, "my_space.html", context)


@page_for(can_follow_commune)
@require_safe
def commune(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A municipality's roofs and what they made."""
    today = timezone.localdate()
    year = roof_year(actor.cooperative, today)
    own = [row for row in year.rows if follows(actor, row.plant)]
    this_year = total(row.result for row in own)
    plants = [row.plant for row in own]
    context = {
        "rows": own,
        "told": home_pages.last_month_told(actor.cooperative, year, plants, today),
        "this_year": this_year,
        "words": against_forecast(this_year),
        "sources": energy_sources(actor.cooperative, plants, year.outlooks, today),
    }
    return render(request, "commune.html", context)


@page_for(can_see_register)
@require_safe
def board(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The board's page: capital by college, output, latest acts."""
    today = timezone.localdate()
    year = roof_year(actor.cooperative, today)
    context = {
        "capital": capital_on(actor.cooperative, today),
        "rows": year.rows,
        "this_year": year.result,
        "words": against_forecast(year.result),
        "sources": energy_sources(actor.cooperative, year.plants, year.outlooks, today),
        "journal": _journal(actor.cooperative),
        "tasks": work_queue(actor, today),
    }
    return render(request, "board.html", context)


@page_for(can_see_accounts)
@require_safe
def accounts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who may do what: the accounts and their roles."""
    grants = RoleGrant.objects.in_force().filter(cooperative=actor.cooperative).select_related("user")
    staff = grants.exclude(role="shareholder").order_by("user__full_name", "pk")
    context = {"grants": staff, "shareholders": grants.filter(role="shareholder").count()}
    return render(request, "accounts.html", context | {"journal": _journal(actor.cooperative)})


def _journal(cooperative: Cooperative) -> list[JournalEntry]:
    # More than are shown: a night's twelve papers are one line.
    return list(JournalEntry.objects.filter(scope=cooperative.slug).select_related("actor")[:60])


@require_safe
def my_places(request: HttpRequest) -> HttpResponse:
    """Where to go after signing in: straight to the only space there is, else a choice."""
    assert isinstance(request.user, User)
    cooperatives = Cooperative.objects.with_role_of(request.user)
    choices = [(coop, places_of(actor_in(request.user, coop))) for coop in cooperatives]
    if len(choices) == 1 and choices[0][1]:
        return redirect(choices[0][1][0].url)
    return render(request, "my_places.html", {"choices": choices})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible the site is, and whom to tell."""
    return render(request, "accessibility.html")


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database and a worker answer, 503 when one doesn't."""
    found = health_of()
    return JsonResponse(found.as_dict(), status=200 if found.is_good else 503)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent too late, or from elsewhere."""
    return render(request, "403_csrf.html", status=403)
