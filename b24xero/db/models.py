"""The tables: columns, constraints, small properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from flask_login import UserMixin
from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)  # fmt: skip
from sqlalchemy.orm import Mapped, mapped_column, relationship

from b24xero.db.states import (
    AccessEventKind,
    CheckState,
    EndReason,
    EntryKind,
    FoundState,
    IntentAction,
    IntentKind,
    IntentState,
    Landed,
    Outcome,
    RunKind,
    RunState,
    SessionKind,
    WaitsFor,
)
from b24xero.db.types import Moment, Money, Secret
from b24xero.domain.books import Books
from b24xero.domain.invoice import CustomerKind, Kind, number_of
from b24xero.domain.set_up import Cents, SetUp, Stands
from b24xero.extensions import Model

# For so long Bitrix24's word that somebody is an administrator holds; then it is asked again.
WORD_HOLDS = timedelta(minutes=10)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Portal(Model):
    """The one portal of this installation, pinned by its member id at the first sign-in.

    ``application_token``: the word that the portal's own posts and events carry, known since the installation there.
    ``template_ids``: the recurring templates that were met among its invoices. ``invoice_kinds``: those of
    ``domain.invoice.Kind`` that it has, as it said at ``kinds_told_at``. ``moves_seen_to``: the last entry of a
    move that changed more of an old invoice than its status which an administrator has seen to.
    ``uninstall_told_at``: when somebody who knows the word last said that the application was taken away; None once the
    authorization server has said whether it was.
    """

    __tablename__ = "portal"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[str] = mapped_column(String(64), unique=True)
    category_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    template_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    invoice_kinds: Mapped[list[Kind]] = mapped_column(JSON, default=lambda: ["smart"], server_default='["smart"]')
    kinds_told_at: Mapped[datetime | None] = mapped_column(Moment)
    moves_seen_to: Mapped[int] = mapped_column(default=0, server_default="0")
    application_token: Mapped[str | None] = mapped_column(Secret)
    uninstall_told_at: Mapped[datetime | None] = mapped_column(Moment)


class User(UserMixin, Model):  # type: ignore[misc]  # Flask-Login ships no types
    """A person of the portal, known by Bitrix24's user id.

    ``told_admin``: what Bitrix24 said at ``told_at``; good for words such as whom to ask, never for what is shown.
    """

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    bitrix24_id: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(255))
    told_admin: Mapped[bool] = mapped_column("is_admin", default=False)
    told_at: Mapped[datetime | None] = mapped_column("admin_told_at", Moment)
    rows_per_page: Mapped[int] = mapped_column(default=25)
    last_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"))
    bitrix24_login: Mapped[Bitrix24Login | None] = relationship(back_populates="user", cascade="all, delete-orphan")
    xero_login: Mapped[XeroLogin | None] = relationship(back_populates="user", cascade="all, delete-orphan")

    @property
    def is_admin(self) -> bool:
        """Whether Bitrix24 says so, and has said it lately: an older word is believed by nobody."""
        return self.told_admin and self.told_at is not None and utc_now() - self.told_at < WORD_HOLDS


class UserSession(Model):
    """One sign-in of a person: a browser ("browser") or a page inside the portal ("frame").

    The browser has the secret, this row only its hash, so that a stolen table opens no session. ``ended_at`` ends it at
    once, with ``end_reason`` (``states.EndReason``). ``left_with`` is the moment of the
    newest pass to Xero's consent that was used: each is good once.
    """

    __tablename__ = "session"
    __table_args__ = (Index("ix_session_user", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    id_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[SessionKind] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    end_reason: Mapped[EndReason] = mapped_column(String(16), default="")
    left_with: Mapped[int | None] = mapped_column(BigInteger)
    user: Mapped[User] = relationship()


class AccessEvent(Model):
    """What happened at the door: ``event`` signed_in, signed_out, ended or refused (then ``problem`` says why)."""

    __tablename__ = "access_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    kind: Mapped[SessionKind | Literal[""]] = mapped_column(String(8))
    event: Mapped[AccessEventKind] = mapped_column(String(16))
    problem: Mapped[str] = mapped_column(String(64), default="")
    user: Mapped[User | None] = relationship()


class Bitrix24Login(Model):
    """One person's tokens for the portal. ``renewing_until`` is the row's lock while one process renews them."""

    __tablename__ = "bitrix24_login"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    access_token: Mapped[str | None] = mapped_column(Secret)
    refresh_token: Mapped[str | None] = mapped_column(Secret)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    renewed_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)
    renewing_until: Mapped[datetime | None] = mapped_column(Moment)
    user: Mapped[User] = relationship(back_populates="bitrix24_login")


class Organisation(Model):
    """One Xero company. ``stored_books`` keeps its accounts, tax rates, currencies and lock dates as last read.

    ``watermark``: Xero's own time up to which changed invoices have been read; ``swept_at``: when all open ones were.
    """

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    xero_id: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    stored_books: Mapped[dict[str, Any]] = mapped_column("reference", JSON, default=dict)
    reference_at: Mapped[datetime | None] = mapped_column(Moment)
    stored_set_up: Mapped[dict[str, Any] | None] = mapped_column("mapping", JSON(none_as_null=True))
    watermark: Mapped[datetime | None] = mapped_column(Moment)
    swept_at: Mapped[datetime | None] = mapped_column(Moment)
    mapping_saved_at: Mapped[datetime | None] = mapped_column(Moment)
    mapping_saved_by: Mapped[str | None] = mapped_column(String(255))

    @property
    def is_set_up(self) -> bool:
        """Whether an administrator has saved a set-up."""
        return self.stored_set_up is not None

    @property
    def set_up(self) -> SetUp:
        """The set-up as saved; one in which everything is open where none was."""
        return SetUp.from_json(self.stored_set_up or {})

    @property
    def books(self) -> Books:
        """Accounts, tax rates, currencies and lock dates as last read from Xero."""
        return Books.from_json(self.stored_books)


class XeroLogin(Model):
    """One person's Xero login; it lives until ``ends_at`` and is then erased. No organisation: still to be chosen."""

    __tablename__ = "xero_login"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    access_token: Mapped[str | None] = mapped_column(Secret)
    connection_id: Mapped[str] = mapped_column(String(64), default="")
    choices: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    user: Mapped[User] = relationship(back_populates="xero_login")
    organisation: Mapped[Organisation | None] = relationship()


class ServiceLogin(Model):
    """The login of automatic sync for one organisation, never a person's: its own tokens for Xero, which outlive a
    session, and in Bitrix24 the tokens of ``user``, who gave it and as whom it acts there. ``renewing_until`` as in
    ``Bitrix24Login``. No tokens: Xero has ended it, and it stands here until somebody renews or ends it.
    """

    __tablename__ = "service_login"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    access_token: Mapped[str | None] = mapped_column(Secret)
    refresh_token: Mapped[str | None] = mapped_column(Secret)
    connection_id: Mapped[str] = mapped_column(String(64), default="")
    expires_at: Mapped[datetime] = mapped_column(Moment)
    given_at: Mapped[datetime] = mapped_column(Moment)
    renewed_at: Mapped[datetime] = mapped_column(Moment)
    renewing_until: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)
    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship()

    @property
    def lives(self) -> bool:
        return bool(self.refresh_token)


class AutomaticSync(Model):
    """What goes by itself for one organisation, and how far it has come.

    ``moves_stages``: what Xero says moves the invoices in Bitrix24. ``sent_stages``: an invoice of Bitrix24 that stands
    in one of these is written to Xero, and so are its later changes; what was changed before ``sends_since``, when that
    was turned on, is left alone.

    ``has_news``: Xero's webhook told of something that nobody asked after yet; ``heard_at``: when it first did so after
    a look. Which came first, word or look, no clock says: two machines have two. ``asked_xero_at`` and
    ``asked_bitrix24_at``: when the last look began; ``found_at``: when one last found anything. ``changed_until``: up
    to which change Bitrix24's invoices were looked at, by the portal's own clock; ``seen``: when those were changed
    that changed shortly before it, by key. ``push_run_id``: the run that is to write some of them, as long as nobody
    looked what it came to; ``owed``: what such runs did not write, by key, read and written by ``news.owed`` alone.
    ``untold``: changes since ``untold_since`` that a look found though the
    webhook is set up and had told of nothing. ``unknown_events``: how many were heard of each category that we do not
    know. ``sequence``: the number of the last of Xero's events that was noted, which Xero counts for the application
    and so is the same in every row; ``has_gap``: some before it were not heard, and nobody has asked since.

    ``bitrix24_has_news`` and ``bitrix24_heard_at``: the same of Bitrix24's events. ``events``: how it was asked for
    them and whether they come, read and written by ``news.events`` alone. ``tells``: what waits for somebody is told
    to the responsible in Bitrix24; ``told``: when each was, read and written by ``news.telling`` alone.
    """

    __tablename__ = "automatic_sync"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    moves_stages: Mapped[bool] = mapped_column(default=False)
    sent_stages: Mapped[list[str]] = mapped_column(JSON, default=list)
    sends_since: Mapped[datetime | None] = mapped_column(Moment)
    has_news: Mapped[bool] = mapped_column(default=False, server_default=false())
    heard_at: Mapped[datetime | None] = mapped_column(Moment)
    asked_xero_at: Mapped[datetime | None] = mapped_column(Moment)
    asked_bitrix24_at: Mapped[datetime | None] = mapped_column(Moment)
    found_at: Mapped[datetime | None] = mapped_column(Moment)
    changed_until: Mapped[datetime | None] = mapped_column(Moment)
    seen: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    push_run_id: Mapped[int | None]
    owed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    untold: Mapped[int] = mapped_column(default=0)
    untold_since: Mapped[datetime | None] = mapped_column(Moment)
    unknown_events: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    sequence: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    has_gap: Mapped[bool] = mapped_column(default=False, server_default=false())
    bitrix24_has_news: Mapped[bool] = mapped_column(default=False, server_default=false())
    bitrix24_heard_at: Mapped[datetime | None] = mapped_column(Moment)
    events: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    tells: Mapped[bool] = mapped_column(default=False, server_default=false())
    told: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    organisation: Mapped[Organisation] = relationship()


class InvoiceLink(Model):
    """One Bitrix24 invoice and its one Xero invoice; the two unique constraints are the exactly-once guarantee.

    ``bitrix24_id`` is the invoice's key (``domain.invoice_key``), which names one of either kind: so is every column of
    this name that is about an invoice. With a column for the kind beside it, each constraint, index and question that
    forgot it would take two invoices for one.

    ``written`` is what we last wrote there, in Xero's words and with the contact; its ``fingerprint`` tells whether
    there is anything new to write, and ``cents`` what was done about a cent or two of rounding.

    ``written_claim`` and ``written_kind``: under which claim the last write landed, and what it came to; a run that was
    killed before it noted that finds it here.

    What Xero last said stands in the ``xero_…`` columns (``xero_changed_at``: when it last changed the status); what
    Bitrix24 was told of it in ``told`` (a status of ``set_up.STATUSES``) and ``moved_to`` (the stage that we moved the
    invoice to). They are two facts: while ``news``
    is set the second lags behind the first and waits for somebody who may change the invoice.

    By ``seen``, what Bitrix24's list said when it was last written, and ``xero_written_total``, what Xero answered
    then, it is known which of the two has changed since; ``xero_edits`` counts what was edited by hand in Xero. None:
    not known.
    """

    __tablename__ = "invoice_link"
    __table_args__ = (
        UniqueConstraint("organisation_id", "bitrix24_id", name="uq_invoice_link_bitrix24"),
        UniqueConstraint("organisation_id", "xero_id", name="uq_invoice_link_xero"),
        Index("ix_invoice_link_news", "organisation_id", "news"),
        Index("ix_invoice_link_status", "organisation_id", "xero_status", "bitrix24_id"),
        Index(
            "ix_invoice_link_in_xero", "organisation_id", "bitrix24_id",
            sqlite_where=text("xero_id IS NOT NULL"), postgresql_where=text("xero_id IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    bitrix24_id: Mapped[int]
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    claim: Mapped[str | None] = mapped_column(String(36))
    written: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    cents: Mapped[Cents] = mapped_column(String(8), default="")
    line_ids: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    has_problem: Mapped[bool] = mapped_column(default=False, index=True)
    written_at: Mapped[datetime | None] = mapped_column(Moment)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    written_claim: Mapped[str | None] = mapped_column(String(36))
    written_kind: Mapped[Landed | None] = mapped_column(String(16))
    xero_id: Mapped[str | None] = mapped_column(String(64))
    xero_number: Mapped[str | None] = mapped_column(Text)
    xero_status: Mapped[str | None] = mapped_column(String(16))
    xero_total: Mapped[Decimal | None] = mapped_column(Money)
    xero_due: Mapped[Decimal | None] = mapped_column(Money)
    xero_settled: Mapped[Decimal | None] = mapped_column(Money)
    xero_credits: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    xero_due_date: Mapped[str | None] = mapped_column(String(10))
    xero_written_total: Mapped[Decimal | None] = mapped_column(Money)
    xero_edits: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    xero_payments: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    xero_paid_on: Mapped[str | None] = mapped_column(String(10))
    xero_changed_at: Mapped[datetime | None] = mapped_column(Moment)
    seen: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    told: Mapped[Stands | None] = mapped_column(String(16))
    moved_to: Mapped[str | None] = mapped_column(String(50))
    news: Mapped[bool] = mapped_column(default=False)
    claimed_by: Mapped[User | None] = relationship(foreign_keys=[claimed_by_id])


class ContactLink(Model):
    """One customer of the portal and the Xero contact that stands for it; two customers may share a contact.

    ``lacks_address``: we made the contact for somebody to whom Bitrix24 does not show addresses. ``settled``: what
    Bitrix24 said of the customer when it was last decided on, ``written``: what we last wrote to the contact; None:
    not known, as of links of the first releases.
    """

    __tablename__ = "contact_link"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "bitrix24_id", name="uq_contact_link_bitrix24"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    kind: Mapped[CustomerKind] = mapped_column(String(8))
    bitrix24_id: Mapped[int]
    xero_id: Mapped[str] = mapped_column(String(64), index=True)
    linked_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    lacks_address: Mapped[bool] = mapped_column(default=False)
    settled: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    written: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))

    @property
    def number(self) -> str:
        """The customer's, as ``Customer.number``."""
        return number_of(self.kind, self.bitrix24_id)


class ItemLink(Model):
    """One product of the portal and the one Xero item that stands for it.

    ``code`` is the item's, as last seen; ``account`` and ``tax_type`` are those that it sells under, as they were at
    ``read_at`` (None: not read yet); ``gone``: Xero had it no more then.
    """

    __tablename__ = "item_link"
    __table_args__ = (
        UniqueConstraint("organisation_id", "bitrix24_id", name="uq_item_link_bitrix24"),
        UniqueConstraint("organisation_id", "xero_id", name="uq_item_link_xero"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    bitrix24_id: Mapped[int]
    xero_id: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(64))
    account: Mapped[str] = mapped_column(String(16), default="", server_default="")
    tax_type: Mapped[str] = mapped_column(String(64), default="", server_default="")
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    gone: Mapped[bool] = mapped_column(default=False, server_default=false())
    linked_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)


class ProductDraft(Model):
    """What a person had typed into "Add product" when a login ended: shown again, and then thrown away."""

    __tablename__ = "product_draft"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    values: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class SetUpDraft(Model):
    """What a person had typed into Set-up when the sign-in to Bitrix24 ended: shown again, and then thrown away."""

    __tablename__ = "set_up_draft"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    values: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class KeptReading(Model):
    """What Bitrix24 said of many invoices when this person last looked at them: a compressed ``bitrix24.reading``, of
    use for some minutes."""

    __tablename__ = "kept_reading"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    read_at: Mapped[datetime] = mapped_column(Moment)
    content: Mapped[bytes] = mapped_column(LargeBinary)


_OPEN = text("state IN ('planned', 'sent', 'unclear')")


class SavedSetUp(Model):
    """A set-up as it was saved once: in force from ``saved_at`` until the next one of the organisation."""

    __tablename__ = "saved_set_up"
    __table_args__ = (Index("ix_saved_set_up_organisation", "organisation_id", "saved_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    saved_by: Mapped[str] = mapped_column(String(255))


class Intent(Model):
    """One remote write, committed before the call and ended at once after it; at most one of a subject is open.

    ``kind``, ``action`` and ``state``: see ``states``. ``subject`` is what it is for: the invoice's or product's id in
    Bitrix24, a customer's number, the key of a form.

    ``body`` is the write in its very words while it is open, ``body_hash`` stays; ``keep`` is what to remember when it
    lands; ``claim`` tells which press or run sent it; ``vendor_id`` is what it came to.
    """

    __tablename__ = "intent"
    __table_args__ = (
        Index(
            "uq_intent_open", "organisation_id", "kind", "subject",
            unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        Index("ix_intent_ended", "ended_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    kind: Mapped[IntentKind] = mapped_column(String(8))
    action: Mapped[IntentAction] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(64))
    state: Mapped[IntentState] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(128))
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    body_hash: Mapped[str] = mapped_column(String(64))
    keep: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    claim: Mapped[str] = mapped_column(String(36), default="")
    vendor_id: Mapped[str] = mapped_column(String(64), default="")
    planned_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class FoundInvoice(Model):
    """What "Find in Xero" found for one person: an invoice of Bitrix24 and one of Xero that may be the same.

    ``state``: open (looked for, of Bitrix24 alone: no ``xero_id`` yet), sure, review, or declined (a person said that
    they are two; the pair is never found again, for nobody). The three keys are what it is looked for by, ``problems``
    why it is not sure. ``read_at``: when Xero was read, by Xero's own clock.
    """

    __tablename__ = "found_invoice"
    __table_args__ = (
        UniqueConstraint("organisation_id", "user_id", "bitrix24_id", "xero_id", name="uq_found_invoice_pair"),
        Index("ix_found_invoice_state", "organisation_id", "user_id", "state", "bitrix24_id"),
        Index("ix_found_invoice_number", "organisation_id", "number_key"),
        Index("ix_found_invoice_sum", "organisation_id", "sum_key"),
        Index("ix_found_invoice_read", "read_at"),
        # A page that is still open names pairs by their ids: a later search must not give them to other pairs.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    state: Mapped[FoundState] = mapped_column(String(8), default="open")
    bitrix24_id: Mapped[int]
    number: Mapped[str] = mapped_column(Text, default="")
    customer: Mapped[str] = mapped_column(Text, default="")
    customer_number: Mapped[str] = mapped_column(String(32), default="")
    day: Mapped[date] = mapped_column(Date)
    total: Mapped[Decimal] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(String(8), default="")
    stage_name: Mapped[str] = mapped_column(Text, default="")
    number_key: Mapped[str] = mapped_column(String(255), default="")
    customer_key: Mapped[str] = mapped_column(String(255), default="")
    sum_key: Mapped[str] = mapped_column(String(64), default="")
    xero_id: Mapped[str] = mapped_column(String(64), default="")
    xero_number: Mapped[str] = mapped_column(Text, default="")
    xero_customer: Mapped[str] = mapped_column(Text, default="")
    xero_day: Mapped[date | None] = mapped_column(Date)
    xero_currency: Mapped[str] = mapped_column(String(8), default="")
    xero_status: Mapped[str | None] = mapped_column(String(16))
    xero_total: Mapped[Decimal | None] = mapped_column(Money)
    xero_due: Mapped[Decimal | None] = mapped_column(Money)
    xero_settled: Mapped[Decimal | None] = mapped_column(Money)
    xero_credits: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    xero_due_date: Mapped[str | None] = mapped_column(String(10))
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    read_at: Mapped[datetime | None] = mapped_column(Moment)


class SyncRun(Model):
    """One pass of a job for one person, with an entry for each invoice it dealt with.

    ``kind``, ``state`` and ``waits_for``: see ``states``. ``asked`` is read and written by ``runs.asked`` alone. A
    worker holds the run by ``lease``; one whose ``lease_until`` is over may be taken by another. ``tries``: how often
    in a row it broke, ``lost``: how often its worker was killed, without having come any further. ``by_service``:
    automatic sync began it, with the service login of the organisation and as its person.
    """

    __tablename__ = "sync_run"
    __table_args__ = (
        Index("ix_sync_run_organisation", "organisation_id", "id"),
        Index("ix_sync_run_user", "user_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RunKind] = mapped_column(String(8))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    state: Mapped[RunState] = mapped_column(String(16), default="queued", index=True)
    asked: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    stop_asked: Mapped[bool] = mapped_column(default=False)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    waits_for: Mapped[WaitsFor | None] = mapped_column(String(16))
    resume_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    waits_since: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    lease: Mapped[str | None] = mapped_column(String(36))
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    by_service: Mapped[bool] = mapped_column(default=False, server_default=false())
    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship()


class SyncEntry(Model):
    """What happened to one invoice, in a run or by a single press (``run_id`` None).

    ``kind`` and ``outcome``: see ``states``. ``before`` and ``after`` are stages or statuses in the words of that
    moment; ``problems`` are why; ``facts`` what was sent and what was answered.
    """

    __tablename__ = "sync_entry"
    __table_args__ = (
        Index("ix_sync_entry_organisation", "organisation_id", "id"),
        Index("ix_sync_entry_run", "run_id", "id"),
        Index("ix_sync_entry_invoice", "bitrix24_id", "id"),
        Index("ix_sync_entry_number", "number"),
        Index("ix_sync_entry_user", "user_id", "id"),
        Index("ix_sync_entry_outcome", "outcome", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("sync_run.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    kind: Mapped[EntryKind] = mapped_column(String(8))
    bitrix24_id: Mapped[int]
    number: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[Outcome] = mapped_column(String(16))
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    facts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    milliseconds: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    user: Mapped[User | None] = relationship()
    run: Mapped[SyncRun | None] = relationship()


class MonthEndSheet(Model):
    """A month-end sheet as it was made, never changed: for whom (``made_by`` stays when the person goes), at which
    moment, of which period; ``sheet`` is a ``reconciliation.sheet.Sheet``, which may be long, ``brief`` its ``Brief``.
    """

    __tablename__ = "month_end_sheet"
    __table_args__ = (
        UniqueConstraint("run_id", name="uq_month_end_sheet_run"),
        Index("ix_month_end_sheet_period", "organisation_id", "since", "until", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("sync_run.id", ondelete="SET NULL"))
    made_by: Mapped[str] = mapped_column(String(255))
    made_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    brief: Mapped[dict[str, Any]] = mapped_column(JSON)
    sheet: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)


class SetAside(Model):
    """A problem of an invoice that somebody leaves as it is: why, who, when. It holds while the invoice says what it
    said then (``facts`` of an ``InvoiceRow``)."""

    __tablename__ = "set_aside"
    __table_args__ = (UniqueConstraint("organisation_id", "bitrix24_id", name="uq_set_aside_invoice"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    bitrix24_id: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, str]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    user: Mapped[User | None] = relationship()


class CallBudget(Model):
    """What all processes know of a vendor's limits: one row for the portal and one for each organisation. ``state`` is
    a ``budget.Budget``, read and written back with each call."""

    __tablename__ = "call_budget"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class WorkerProcess(Model):
    """A worker that runs or has run; ``seen_at`` is its last sign of life, ``ended_at`` when it was told to stop."""

    __tablename__ = "worker_process"

    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class CheckResult(Model):
    """What a check of Health said at its last look. ``since``: since when it is so;
    ``alerted``: whether somebody was told that it is broken."""

    __tablename__ = "check_result"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[CheckState] = mapped_column(String(8))
    code: Mapped[str] = mapped_column(String(32))
    values: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    looked_at: Mapped[datetime] = mapped_column(Moment)
    since: Mapped[datetime] = mapped_column(Moment)
    alerted: Mapped[bool] = mapped_column(default=False)


class Backup(Model):
    """A copy of the database that was made by ``flask backup``; the file itself is kept elsewhere."""

    __tablename__ = "backup"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    size: Mapped[int] = mapped_column(BigInteger)


class CallCount(Model):
    """How many calls of a kind all processes have made, and how long they took."""

    __tablename__ = "call_count"

    vendor: Mapped[str] = mapped_column(String(16), primary_key=True)
    method: Mapped[str] = mapped_column(String(64), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(16), primary_key=True)
    calls: Mapped[int] = mapped_column(BigInteger, default=0)
    milliseconds: Mapped[int] = mapped_column(BigInteger, default=0)


class PaidDelay(Model):
    """Of the invoices that were paid in Xero, how many were shown in Bitrix24 within so many seconds, and how long
    these took together; each counts at the smallest bound that holds it. ``up_to`` 0: longer than all of them."""

    __tablename__ = "paid_delay"

    up_to: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    invoices: Mapped[int] = mapped_column(BigInteger, default=0)
    seconds: Mapped[int] = mapped_column(BigInteger, default=0)


class HourCount(Model):
    """A figure of automatic sync in the hour that begins at ``hour``, by its ``name`` (``b24xero.hour_counts``)."""

    __tablename__ = "hour_count"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    hour: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    name: Mapped[str] = mapped_column(String(48), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger, default=0)
