"""Finding a member at the till of a big shop: names that many share, parts of numbers, beginnings of two letters."""

import time
from argparse import Namespace
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from bench import people
from bench.histories import written_in_bulk
from bench.home import owner
from bench.report import Result
from loyalty_site.sql import rows
from members import finding
from members.models import Member
from programs.models import Merchant

LIMIT = 100  # milliseconds
MOST = 9
ROUNDS = 20

# 30 first names and 480 last ones, a few of them very common, every fifth member with a double name.
MEMBERS = """
INSERT INTO members_member (merchant_id, number, customer_number, name, email, phone, reference, segments, is_blocked,
                            joined_at)
SELECT %(merchant)s, 'BL' || lpad(n::text, 10, '0'), n::text,
       first[1 + floor(30 * ((hashint8(n) & 65535) / 65536.0) ^ 1.6)] || ' '
       || stems[1 + floor(40 * ((hashint8(n * 3) & 65535) / 65536.0) ^ 1.4)]
       || ends[1 + (hashint8(n * 7) & 1048575) %% 12]
       || CASE WHEN n %% 5 = 0 THEN '-' || chr(65 + n %% 26) || 'owska' ELSE '' END,
       'm' || n || '@example.com', '+48' || (500000000 + (n::bigint * 104729) %% 399999999), '', '{}', false,
       now() - n * interval '1 minute'
FROM generate_series(1, %(count)s) AS n,
     (SELECT string_to_array(%(first)s, ' '), string_to_array(%(stems)s, ' '), string_to_array(%(ends)s, ' '))
         AS lists (first, stems, ends)
"""
FIRST = (
    "Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Magdalena Elżbieta Joanna Aleksandra Zofia Monika "
    "Teresa Piotr Krzysztof Andrzej Tomasz Jan Paweł Michał Marcin Jakub Adam Stanisław Marek Łukasz Grzegorz Mateusz"
)
STEMS = (
    "Kowal Wiśniew Wójcik Kamiń Lewandow Zieliń Szymań Woźnia Dąbrow Kozłow Mazur Jankow Kwiatkow Krawczy Piotrow "
    "Grabow Nowakow Pawłow Michal Adam Dudek Zając Wieczor Jabłoń Król Majew Olszew Stępnia Malinow Jawor Górec "
    "Witkow Walczak Sikor Baran Rutkow Michala Szewczy Ostrow Tomaszew"
)
ENDS = "ski ska czyk ik ak ek icz owicz uk iak owa ny"

TYPED = (
    "an", "anna", "anna kow", "kowal", "kowalczyk anna", "ska", "nowakowska", "malgorzata kowalska", "łuk",
    "601", "601 234", "4567", "bl 0000 12", "m77@", "m77@example.com", "example.com", "anna 729", "zzz nobody",
)  # fmt: skip


def run(options: Namespace) -> list[Result]:
    with written_in_bulk():
        merchant = people.shop("find", members=0).merchant
        lists = {"first": FIRST, "stems": STEMS, "ends": ENDS}
        rows(MEMBERS, lists | {"merchant": merchant.pk, "count": options.members})
    people.settle_down()
    waits = {text: slowest(lambda text=text: finding.best(merchant, text, MOST)) for text in TYPED}
    slow = max(waits, key=lambda text: waits[text])
    scanned = slowest(lambda: finding.exactly(merchant, a_card(merchant)))
    page = max(answers(merchant))
    limit = {"floor": LIMIT, "floor_name": "at most", "more_is_better": False}
    size = f"{options.members:,} members"
    return [
        Result(f"slowest of {len(TYPED)} searches (“{slow}”), {size}", waits[slow], "ms", **limit),
        Result("half of the searches, at most", sorted(waits.values())[len(waits) // 2], "ms", **limit),
        Result("a scanned card", scanned, "ms", **limit),
        Result("slowest answer of the till while typing, with its page", page, "ms", **limit),
    ]


def slowest(work: Callable[[], object]) -> float:
    """Milliseconds of the slowest of many rounds, after a warm one."""
    return max([timed(work) for _ in range(ROUNDS + 1)][1:])


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def a_card(merchant: Merchant) -> str:
    return Member.objects.filter(merchant=merchant).values_list("number", flat=True)[0]


def answers(merchant: Merchant) -> list[float]:
    """Milliseconds of the till's answers to each text, as a browser asks while somebody types."""
    client = Client(headers={"HX-Request": "true"})
    client.force_login(owner(merchant).user, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = reverse("till-member-find", args=[merchant.slug])
    return [timed(lambda text=text: client.get(url, {"q": text}, secure=True)) for text in TYPED * 3][len(TYPED) :]
