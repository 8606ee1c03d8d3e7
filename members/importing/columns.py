"""The columns that an import knows, for each kind of file: what we call them, what others call them, what is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members import own_fields
from members.csv_files import ALIASES, tidy
from members.models import ColumnMap, Import

Kind = Import.Kind
OWN = "own:"  # before the code of a field of the shop's own


@dataclass(frozen=True, slots=True)
class Column:
    """One column of ours. `aliases` are tidied names; `hint` says what may stand in it."""

    code: str
    label: str | Promise
    hint: str | Promise = ""
    is_needed: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.code, *self.aliases)


def column(
    code: str, label: str | Promise, others: str = "", hint: str | Promise = "", *, needed: bool = False
) -> Column:
    """A column, and what else it is called, with spaces between."""
    return Column(code, label, hint, needed, tuple(others.split()) or ALIASES.get(code, ()))


WHO = _("Card, e-mail, phone or the number in your books.")
YES_NO = _("yes or no")
WHEN_AGREED = _("Empty: the day of joining.")
CODE = _("The code of one of the shop's.")

OF_MEMBERS = (
    column(
        "name",
        _("Name"),
        "full_name customer_name member_name imię_i_nazwisko imie_i_nazwisko nazwa klient 姓名 会员姓名 客户姓名",
    ),
    column("first_name", _("First name"), "given_name forename imię imie 名 名字"),
    column("last_name", _("Last name"), "surname family_name nazwisko 姓 姓氏"),
    column("email", _("E-mail"), "e_mail mail email_address adres_e_mail adres_email poczta 邮箱 电子邮件 电子邮箱"),
    column(
        "phone",
        _("Phone"),
        "phone_number mobile telephone tel telefon komórka komorka nr_telefonu numer_telefonu "
        "电话 手机 手机号 手机号码 电话号码",
    ),
    column(
        "number",
        _("Card number"),
        "card card_number card_no member_number numer_karty nr_karty karta 卡号 会员卡号 会员号",
    ),
    column(
        "customer_number",
        _("Number in your books"),
        "customer_id customer_no client_id id numer_klienta nr_klienta 客户编号 客户号",
    ),
    column("born_on", _("Birthday"), "birthday birth_date date_of_birth dob data_urodzenia urodziny 生日 出生日期"),
    column(
        "joined_on",
        _("Joined on"),
        "joined joined_at created_at member_since data_dołączenia data_dolaczenia data_rejestracji "
        "加入日期 入会日期 注册日期",
    ),
    column("language", _("Language"), "lang locale język jezyk 语言"),
    column("location", _("Location"), "store shop branch sklep oddział 门店 分店 店铺", CODE),
    column("tags", _("Tags"), "tag segments segment groups tagi etykiety 标签"),
    column(
        "marketing_email", _("Agreed to e-mails"), "newsletter email_consent zgoda_email zgoda_e_mail 邮件营销", YES_NO
    ),
    column("marketing_sms", _("Agreed to text messages"), "sms_consent zgoda_sms 短信营销", YES_NO),
    column("marketing_phone", _("Agreed to calls"), "phone_consent zgoda_telefon 电话营销", YES_NO),
    column("marketing_post", _("Agreed to post"), "post_consent zgoda_poczta 邮寄营销", YES_NO),
    column("profiling", _("Agreed to offers by what was bought"), "zgoda_profilowanie 个性化推荐", YES_NO),
    column("consented_on", _("Agreed on"), "consent_date consented_at data_zgody 同意日期", WHEN_AGREED),
)
OF_BALANCES = (
    column("customer", _("Customer"), hint=WHO, needed=True),
    column("points", _("Points"), "balance opening_balance points_balance punkty saldo 积分", needed=True),
    column("valid_through", _("Valid through"), "expires expires_on expiry expiry_date valid_until ważne_do 有效期"),
)
OF_ORDERS = (
    column("order_id", _("Order number"), needed=True),
    column("customer", _("Customer"), hint=WHO, needed=True),
    column("amount", _("Amount"), needed=True),
    column("placed_at", _("Date and time")),
    column("placed_on", _("Day")),
    column("currency", _("Currency")),
    column("quantity", _("Quantity")),
    column("sku", _("Product")),
    column("category", _("Category")),
    column("location", _("Location"), hint=CODE),
    column("channel", _("Channel")),
)
COLUMNS = {Kind.MEMBERS: OF_MEMBERS, Kind.BALANCES: OF_BALANCES, Kind.ORDERS: OF_ORDERS}


def known_to(imported: Import) -> tuple[Column, ...]:
    """The columns that files of this kind may have; of members also the shop's own fields."""
    own = own_fields.kept_by(imported.merchant) if imported.kind == Kind.MEMBERS else []
    fields = tuple(Column(OWN + field.code, field.name, aliases=(tidy(field.name), tidy(field.code))) for field in own)
    return (*COLUMNS[Kind(imported.kind)], *fields)


def guessed(imported: Import) -> dict[str, int]:
    """Where our columns stand by their own names, else by an alias; each column of the file is taken once."""
    places: dict[str, int] = {}
    for position, name in enumerate(imported.header):
        places.setdefault(tidy(name), position)
    found: dict[str, int] = {}
    for column in known_to(imported):
        free = [places[name] for name in column.names if name in places and places[name] not in found.values()]
        if free:
            found[column.code] = free[0]
    return found


def remembered(imported: Import) -> ColumnMap | None:
    """How the shop named the columns of such a file the last time."""
    known = ColumnMap.objects.filter(merchant=imported.merchant_id, kind=imported.kind)
    return known.filter(header_digest=digest_of(imported.header)).first()


def remember(imported: Import) -> None:
    """Keep how the columns of this file were named, for the next one with the same header."""
    ColumnMap.objects.update_or_create(
        merchant_id=imported.merchant_id,
        kind=imported.kind,
        header_digest=digest_of(imported.header),
        defaults={"columns": imported.columns, "options": imported.options},
    )


def digest_of(header: Sequence[str]) -> str:
    return sha256("\x1f".join(map(tidy, header)).encode()).hexdigest()


def missing(kind: str, columns: Mapping[str, int]) -> list[str | Promise]:
    """The labels of the columns that are needed and not there."""
    lacking: list[str | Promise] = [
        one.label for one in COLUMNS[Kind(kind)] if one.is_needed and one.code not in columns
    ]
    if kind == Kind.ORDERS and not {"placed_at", "placed_on"} & {*columns}:
        lacking.append(_("Day"))
    if kind == Kind.MEMBERS and not {"name", "first_name", "last_name", "email", "phone", "number"} & {*columns}:
        lacking.append(_("Name, e-mail, phone or card number"))
    return lacking
