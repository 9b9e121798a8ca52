"""What each paper says, field by field. Pure.

Every figure, date and amount arrives as text, written for the reader by the caller in the paper's language;
an empty text means "nothing to say" and its line isn't printed. `asdict` of these is what `typeset` takes.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

Language = Literal["fr", "en"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """The company as article R225-128 of the code de commerce wants it named."""

    name: str
    legal_form: str  # with the words « à capital variable » where they apply (L231-1)
    capital: str
    seat: str
    registration: str  # « RCS Arras 123 456 789 »


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A subscriber, holder, seller or buyer, natural or legal."""

    name: str
    address: str
    born: str = ""  # day and place; empty for a legal person
    registration: str = ""  # SIREN or RCS; empty for a natural person
    represented_by: str = ""  # parent, guardian, delegate, proxy of joint owners
    order_number: str = ""  # of the account in the register


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """How somebody signed: a code sent by e-mail and typed back."""

    signer: str
    signed_at: str  # day, time and time zone
    email: str  # the address the code went to
    text_fingerprint: str  # SHA-256 of the text shown before signing
    network_address: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedLine:
    """A line of the text that was signed, word for word; without label it is a line of plain text."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentRead:
    """A document opened before signing: statutes, risks, information document."""

    title: str
    edition: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountLine:
    """A movement seen from one account."""

    number: str  # of the line in the register
    dated: str
    kind: str
    shares: str  # with its sign: « +10 », « −2 »
    balance: str  # shares held afterwards


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterLine:
    """A movement with all that article R228-9 of the code de commerce asks for."""

    number: str
    dated: str
    kind: str
    giver: str  # name and address, or order number; empty for an issue
    taker: str  # empty for a cancellation
    shares: str
    nominal_value: str
    share_class: str
    chain_hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HolderLine:
    """What one account holds at the end of an extract of the register."""

    number: str  # order number of the account
    name: str
    college: str
    shares: str
    part: str  # of the capital
    paid_up: str = ""  # « libérées de 50 € sur 100 € »; empty where all is paid


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """The reminder of the transfer duty. Its figures come from the dated law, never from the template."""

    rate: str  # « 0,1 % »
    article: str  # « article 726 du code général des impôts »
    deadline: str  # « un mois »
    form: str = ""  # number of the tax form
    amount: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Paper:
    """What every paper has."""

    language: Language
    company: Company
    verification_address: str
    is_demo: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Bulletin(_Paper):
    """Bulletin de souscription (R225-128); without `signature` it prints as a draft to be read."""

    template: ClassVar[str] = "bulletin"

    number: str
    place: str
    dated: str
    round_name: str
    decision: str  # who decided the increase, and when
    round_amount: str
    terms: str  # opening, closing, price, what happens beyond the target
    subscriber: Person
    shares: str
    shares_in_words: str
    share_class: str
    nominal_value: str
    premium: str  # per share
    amount_due: str
    in_cash: str
    in_kind: str
    paid_now: str
    balance_terms: str = ""  # when the rest is due; empty if all is paid now
    funds_recipient: str
    documents_read: tuple[DocumentRead, ...]
    signature: Signature | None = None
    signed_text: tuple[SignedLine, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate(_Paper):
    """Attestation d'inscription en compte: what somebody held at the close of a day."""

    template: ClassVar[str] = "certificate"

    number: str
    place: str
    dated: str
    holder: Person
    on_day: str
    shares: str
    shares_in_words: str
    share_class: str
    nominal_value: str
    total_nominal: str
    paid_up: str = ""  # « libérées de 50 € sur 100 € »; empty where all is paid
    movements: tuple[AccountLine, ...]
    register_line: str  # last line of the register on that day
    chain_hash: str  # of that line
    issued_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MovementOrder(_Paper):
    """Ordre de mouvement: the seller asks the company to write the transfer down."""

    template: ClassVar[str] = "movement_order"

    number: str
    place: str
    dated: str
    seller: Person
    buyer: Person
    nature: str  # « cession », « donation », « succession »
    shares: str
    shares_in_words: str
    share_class: str
    nominal_value: str
    price_per_share: str = ""  # empty for a gift
    price: str = ""
    agreement: str = ""  # approval or waived pre-emption: body and day
    duty: Duty | None = None
    seller_signature: Signature | None = None
    buyer_signature: Signature | None = None
    signed_text: tuple[SignedLine, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Newborn(_Paper):
    """A symbolic panel for a child. It isn't a security and says so."""

    template: ClassVar[str] = "newborn"

    number: str
    dated: str
    first_names: str
    born_on: str
    commune: str
    area: str  # « 1 m² »
    plant: str = ""  # the roof the panel is on
    offered_by: str
    message: str = ""
    shares: str = ""  # words on shares in the child's name; empty if there are none


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterExtract(_Paper):
    """Extract of the registre des mouvements de titres (R228-8, R228-9)."""

    template: ClassVar[str] = "register_extract"

    number: str
    dated: str
    period: str
    requested_by: str = ""
    movements: tuple[RegisterLine, ...]
    issued_shares: str  # at the end of the period
    capital: str
    register_line: str
    chain_hash: str
    holders: tuple[HolderLine, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """A label and what it is."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TableLine:
    """One line of a table, cell by cell; `drawn`: numbers from 0 to 1, apart by blanks, for its picture."""

    cells: tuple[str, ...]
    drawn: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class YieldStudy(_Paper):
    """Étude de productible: what a roof should yield, how sure that is, and where every figure comes from."""

    template: ClassVar[str] = "yield_study"

    number: str
    dated: str
    plant: str
    place: str
    owner: str
    headline: tuple[Fact, ...]
    arrays: tuple[TableLine, ...]  # power, slope, direction
    equipment: tuple[Fact, ...]
    losses: tuple[Fact, ...]
    models: tuple[Fact, ...]
    weather: tuple[Fact, ...]
    probabilities: tuple[str, ...]  # headings of `bands`, after the years and the deviation
    bands: tuple[TableLine, ...]
    doubts: tuple[TableLine, ...]  # cause, deviation, over the years, source, confidence
    months: tuple[TableLine, ...]  # month, P50, P90, P10, light, yield, performance; drawn: P50, P90, P10
    year: TableLine  # their sums; no band of months adds up
    steps: tuple[TableLine, ...]  # stage, left, change, share; drawn: from, to
    life: tuple[TableLine, ...]  # year, P50, P90
    directions: tuple[str, ...]  # headings of `slopes`
    slopes: tuple[TableLine, ...]  # slope, then a share of the best for each direction; drawn: the same
    best_orientation: str
    sun: tuple[TableLine, ...]  # month, hours of sun, hidden hours, energy lost
    sun_drawn: tuple[str, ...]  # a path each: direction and height, in turn
    horizon_drawn: str  # direction and height, in turn
    horizon: str  # what the horizon costs, or that none was surveyed
    limits: tuple[str, ...]
    software: str
    engine: str
    study_fingerprint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SaleInvoice(_Paper):
    """Facture de vente d’énergie, or a credit note (avoir): it takes one back, or owes the buyer."""

    template: ClassVar[str] = "sale_invoice"

    number: str
    dated: str
    takes_back: str = ""  # the invoice a credit note is about; empty for an invoice
    is_credit: bool = False  # a negative total: owed to the buyer
    reason: str = ""
    buyer: str
    buyer_address: str
    contract: str
    plant: str
    period: str
    lines: tuple[TableLine, ...]  # label and period, energy, price, coefficient, amount
    net: str
    vat: tuple[TableLine, ...]  # rate, base, amount
    total: str
    mention: str = ""  # « Autoliquidation »
    notes: tuple[str, ...] = ()  # days that were not read, on the paper as on the screen


@dataclass(frozen=True, kw_only=True, slots=True)
class HeatStudy(_Paper):
    """Étude de chaleur: what wood should bring to a network of pipes, how sure that is, and from what."""

    template: ClassVar[str] = "heat_study"

    number: str
    dated: str
    network: str
    place: str
    owner: str
    headline: tuple[Fact, ...]
    probabilities: tuple[str, ...]  # headings of `bands`, after the years and the deviation
    bands: tuple[TableLine, ...]
    doubts: tuple[TableLine, ...]  # cause, deviation, source, confidence
    # month, P50, P90, P10, gas, buildings, pipes, part of wood; drawn: wood, all
    months: tuple[TableLine, ...]
    year: TableLine  # their sums; no band of months adds up
    steps: tuple[TableLine, ...]  # stage, left, change, share; drawn: from, to
    load: tuple[TableLine, ...]  # hours a year, load, wood's part of it
    load_drawn: tuple[str, str]  # load, then wood: hours and power, in turn
    cold_week: str
    sizes: tuple[TableLine, ...]  # power, of the peak, wood's part, full hours, wood burnt, gas burnt
    wood: tuple[TableLine, ...]  # humidity, energy by tonne, tonnes, lorries
    buildings: tuple[TableLine, ...]  # name, use, heat, hot water's part
    equipment: tuple[Fact, ...]
    carbon: tuple[Fact, ...]  # empty on days the dated factors don't reach
    weather: tuple[Fact, ...]
    sources: tuple[str, ...]
    limits: tuple[str, ...]
    software: str
    engine: str
    study_fingerprint: str


Paper = (
    Bulletin | Certificate | HeatStudy | MovementOrder | Newborn | RegisterExtract | SaleInvoice | YieldStudy
)
