"""Register files for the tests of the import: a list of movements, a list of holders."""

HEADINGS = (
    "N°;Date;Nature;Cédant;Cessionnaire;Nom;Prénom;Date de naissance;Commune;Collège;Nombre d’actions;Motif"
)
MOVEMENTS = (
    HEADINGS,
    "1;12/07/2019;émission;;;Delattre;Jeanne;03/03/1956;Loos-en-Gohelle;citoyens;10;",
    "2;01/09/2019;émission;;;Benali;Karim;14/06/1980;Lens;citoyens;5;",
    "3;02/02/2021;donation;Jeanne Delattre;;Benali;Karim;;;citoyens;4;",
    "4;05/05/2022;retrait;Karim Benali;;;;;;;2;départ",
)
HOLDERS = (
    "Nom;Prénom;Dénomination;SIREN;Commune;Collège;Nombre d’actions",
    "Delattre;Jeanne;;;Loos-en-Gohelle;Citoyens;6",
    "Benali;Karim;;;Lens;Citoyens;7",
    ";;SAS Rayon du Nord;443061841;Lens;Citoyens;20",
)


def text(*lines: str) -> bytes:
    """A CSV file of these lines."""
    return "\n".join([*lines, ""]).encode()
