"""What a file is before it is read: too big, empty, or something else that has its own name."""

from mine_de_soleil.core.sentences import gettext_noop as _
from mine_de_soleil.core.sentences import worded
from shareholders.register_files.faults import RegisterFileRefused, refuse

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 60
_RESAVE = _("enregistrez le registre au format .xlsx ou .csv depuis votre tableur, puis déposez-le")
_OTHERS = (
    (b"%PDF", _("c’est un PDF")),
    (b"\xd0\xcf\x11\xe0", _("c’est un ancien classeur Excel (.xls)")),
    (b"\x89PNG", _("c’est une image")),
    (b"\xff\xd8\xff", _("c’est une image")),
    (b"{\\rtf", _("c’est un texte mis en forme")),
    (b"<", _("c’est une page web ou un fichier XML")),
    (b"{", _("c’est un fichier JSON")),
)
_FOREIGN = (
    ((b"horodate", b"identifiant prm", b"manageobject"), _("c’est un fichier de relevés de compteur")),
    ((b"bktocstmrstmt", b"solde precedent"), _("c’est un relevé de banque")),
    ((b"empreinte de la ligne",), _("c’est un export du registre fait par ce logiciel")),
)
_START_BYTES = 2_000


def is_workbook(content: bytes) -> bool:
    return content.startswith(b"PK")


def check_kind(name: str, content: bytes) -> None:
    """Refuse by name what can't be a register. Raises RegisterFileRefused."""
    if len(content) > MAX_BYTES:
        size = f"{len(content) / 1024**2:.0f}"
        raise refuse(
            worded(_("le fichier fait %(size)s Mo, la limite est de 20 Mo"), size=size),
            _("n’y gardez que le registre"),
        )
    start = content[:_START_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise refuse(_("le fichier est vide"), _("vérifiez qu’il est enregistré, puis déposez-le de nouveau"))
    if is_workbook(content) and name.lower().endswith((".ods", ".zip")):
        raise refuse(_("ce n’est pas un classeur Excel (.xlsx)"), _RESAVE)
    for signature, what in _OTHERS:
        if start.startswith(signature):
            raise refuse(what, _RESAVE)
    _check_foreign(start.lower())


def _check_foreign(start: bytes) -> None:
    for marks, what in _FOREIGN:
        if any(mark in start for mark in marks):
            raise _foreign(what)


def _foreign(what: str) -> RegisterFileRefused:
    if "export du registre" in what:
        return refuse(
            what, _("vérifiez-le avec register_verify ; on n’importe que le registre d’un autre outil")
        )
    return refuse(what, _("déposez ici la liste des actionnaires ou des mouvements de titres"))
