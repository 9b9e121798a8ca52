"""`make shots`: a picture of every page of the demo, as each role, small and wide, light and dark.

Pictures go to var/shots/<role>/, with a contact sheet a role. Pages come from the rights matrix.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mine_de_soleil.settings")
os.environ.setdefault("MDS_AS_OWNER", "1")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
django.setup()

from django.conf import settings  # noqa: E402 - after django.setup()
from django.core.management import call_command  # noqa: E402
from PIL import Image, ImageDraw  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from mine_de_soleil.core.embedded_postgres.server import embedded_url  # noqa: E402
from production.models import (  # noqa: E402
    BuyerStatement,
    Forecast,
    FrozenWeather,
    PlantAlert,
    ReadingImport,
    SaleInvoice,
)
from shareholders.models import Cooperative, NewbornPanel, ShareTransfer, Subscription  # noqa: E402
from shareholders.paper_keys import panel_key  # noqa: E402
from shareholders.services.paying import pay_token  # noqa: E402
from tests import chromium  # noqa: E402
from tests.rights import ROWS  # noqa: E402

ACCOUNTS = {
    "visitor": "",
    "shareholder": "citoyenne@demo.example",
    "municipality": "mairie@demo.example",
    "operator": "operateur@demo.example",
    "board": "conseil@demo.example",
    "treasurer": "tresorier@demo.example",
    "auditor": "auditeur@demo.example",
    "administrator": "admin@demo.example",
}
SIZES = {390: 844, 1280: 900}
THEMES = ("light", "dark")
THUMB_WIDTH, THUMB_HEIGHT, COLUMNS, MARGIN = 300, 420, 6, 12
# Pages whose answer is a file, or that belong to a machine.
NOT_PICTURED = {
    *("statutes_text", "cooperative_csv", "colours", "plant_csv", "import_file", "health", "api_schema"),
    *("register_csv", "register_xlsx", "capital_csv", "round_csv", "read_paper", "paper", "paper_by_key"),
    *("weather_csv", "weather_original", "sheet_catalogue", "weather_draft"),
    *("subscription_paper", "join_document", "pay_go", "pay_return", "transfer_offer"),
    *("study_xlsx", "study_json", "study_csv", "heat_study_xlsx", "heat_study_json"),
    *("quality_days", "balance_csv", "sales_csv", "sale_invoice_csv", "sale_statement_csv"),
    *("open_data_package", "open_data_file", "plant_steps_csv", "letter_confirm"),
}
# Account pages are allauth's and so not in the matrix.
ACCOUNT_PAGES = {
    "visitor": {
        "connexion": "/connexion/",
        "inscription": "/compte/inscription/",
        "code": "/compte/code/",
        "mot-de-passe": "/compte/mot-de-passe/oublie/",
        "introuvable": "/mine-de-soleil/rien/",
    },
    "shareholder": {"securite": "/compte/securite/", "totp": "/compte/securite/application/activer/"},
}


def pages_of(role: str) -> dict[str, str]:
    """The pages this role gets, by name."""
    latest = ReadingImport.objects.filter(meter__plant__cooperative__slug="mine-de-soleil").first()
    names = {
        "coop": "mine-de-soleil",
        "plant": "ecole-lamendin",
        "meter": "-",
        "meter_pk": latest.meter_id if latest else 0,
        "import": latest.pk if latest else 0,
    } | examples(Cooperative.objects.get(slug="mine-de-soleil"))
    pages = {
        row.route: row.path.format(**names)
        for row in ROWS
        if role in row.who and row.method == "GET" and not row.is_api and row.route not in NOT_PICTURED
    }
    if role == "visitor":
        pages["api_docs"] = "/api/v1/docs/"
        pages["plant_days"] = "/mine-de-soleil/toitures/ecole-lamendin/?pas=jour&periode=2026-03"
        pages["plant_hours"] = "/mine-de-soleil/toitures/ecole-lamendin/?pas=heure&periode=2026-03-20"
        pages["plant_years"] = "/mine-de-soleil/toitures/ecole-lamendin/?pas=an"
    return pages | ACCOUNT_PAGES.get(role, {})


def examples(cooperative: Cooperative) -> dict[str, object]:
    """Something the demo holds for each name an address has; of files and foreign pages, a dash."""
    waiting = Subscription.objects.of(cooperative).awaiting_decision().order_by("pk").first()
    unpaid = Subscription.objects.of(cooperative).filter(state="signed", paid_at=None).order_by("pk").first()
    panel = NewbornPanel.objects.filter(cooperative=cooperative).order_by("pk").first()
    studied = Forecast.objects.filter(plant__cooperative=cooperative, plant__slug="ecole-lamendin")
    assert waiting and unpaid and panel
    statement = BuyerStatement.objects.filter(contract__plant__cooperative=cooperative).order_by("pk").first()
    invoice = SaleInvoice.objects.of(cooperative).order_by("pk").first()
    others = dict.fromkeys(("transfer_key", "paper", "representative", "paid", "checkout"), "-")
    others |= dict.fromkeys(("own_paper", "own_paper_key", "withdrawal"), "-")
    return others | {
        "round": waiting.round.slug,
        "subscription": waiting.pk,
        "transfer": ShareTransfer.objects.of(cooperative).under_way().order_by("pk").values_list("pk")[0][0],
        "holder": 4,
        "late_holder": cooperative.shareholders.exclude(died_on=None).values_list("number", flat=True)[0],
        "movement": 4,
        "statement": cooperative.bank_statements.order_by("pk").values_list("pk")[0][0],
        "line": cooperative.statement_lines.filter(payments=None).order_by("pk").values_list("pk")[0][0],
        "payout": cooperative.payouts.order_by("pk").values_list("pk")[0][0],
        "pay": pay_token(unpaid),
        "edition": cooperative.statutes_editions.order_by("pk").values_list("pk")[0][0],
        "company_bank": "-",
        "weather": FrozenWeather.objects.usable_by(cooperative).without_numbers().order_by("pk").first().pk,
        "weather_draft": 0,
        "network": "centre-ville",
        "heat_study": Forecast.objects.filter(plant__cooperative=cooperative, plant__kind="heat")
        .order_by("pk")
        .values_list("pk", flat=True)
        .first()
        or "-",
        "study": studied.exclude(study=None).order_by("pk").values_list("pk", flat=True).first() or "-",
        "alert": PlantAlert.objects.of(cooperative).order_by("pk").values_list("pk", flat=True).first() or 0,
        "sale": statement.contract_id if statement else "-",
        "sale_invoice": invoice.pk if invoice else "-",
        "sale_statement": statement.pk if statement else "-",
        "panel": panel.pk,
        "panel_key": panel_key(panel),
    }


@contextmanager
def running_site() -> Iterator[str]:
    """The demo served on a free port for the time of the pictures."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"DATABASE_URL": os.environ.get("DATABASE_URL") or embedded_url()}
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--log-level",
        "error",
    ]
    server = subprocess.Popen(
        [*command, "mine_de_soleil.wsgi:application"], cwd=settings.BASE_DIR, env=environment
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{url}/accessibilite/", timeout=5).close()  # noqa: S310 - our own address
                break
            except OSError:
                time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        server.wait(15)


def sign_in(page: Page, url: str, email: str) -> None:
    page.goto(f"{url}/connexion/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", "mine-de-soleil")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "/connexion/" not in address)


def picture(browser: Browser, url: str, role: str, folder: Path) -> list[Path]:
    """Every page of one role, in each size and theme."""
    taken = []
    for theme in THEMES:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
        page = context.new_page()
        if ACCOUNTS[role]:
            sign_in(page, url, ACCOUNTS[role])
        for name, path in pages_of(role).items():
            for width, height in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                page.goto(url + path, wait_until="networkidle")
                target = folder / f"{name}-{width}-{theme}.png"
                page.screenshot(path=target, full_page=True)
                taken.append(target)
        context.close()
    return taken


def contact_sheet(pictures: list[Path], target: Path) -> None:
    """The tops of all pictures on one sheet, each with its name."""
    rows = -(-len(pictures) // COLUMNS)
    cell_width, cell_height = THUMB_WIDTH + MARGIN, THUMB_HEIGHT + 24 + MARGIN
    sheet = Image.new("RGB", (COLUMNS * cell_width + MARGIN, rows * cell_height + MARGIN), "#888888")
    draw = ImageDraw.Draw(sheet)
    for n, path in enumerate(sorted(pictures)):
        x, y = MARGIN + n % COLUMNS * cell_width, MARGIN + n // COLUMNS * cell_height
        with Image.open(path) as shot:
            scale = THUMB_WIDTH / shot.width
            small = shot.resize((THUMB_WIDTH, max(1, round(shot.height * scale)))).crop(
                (0, 0, THUMB_WIDTH, THUMB_HEIGHT)
            )
        sheet.paste(small, (x, y + 24))
        draw.text((x, y + 6), path.stem, fill="white")
    sheet.save(target)


def main() -> None:
    only = set(sys.argv[1:]) or set(ACCOUNTS)
    call_command("migrate", verbosity=0)
    call_command("demo_load")
    root = Path(settings.VAR_DIR) / "shots"
    with running_site() as url, sync_playwright() as playwright, chromium.browser(playwright) as browser:
        for role in (role for role in ACCOUNTS if role in only):
            folder = root / role
            folder.mkdir(parents=True, exist_ok=True)
            pictures = picture(browser, url, role, folder)
            contact_sheet(pictures, root / f"{role}.png")
            print(f"{role}: {len(pictures)} images, {root / f'{role}.png'}")


if __name__ == "__main__":
    main()
