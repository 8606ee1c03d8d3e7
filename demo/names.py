"""Names, addresses and phone numbers of people who do not exist."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

WOMEN = (
    "Agata Agnieszka Aleksandra Alicja Aneta Anna Barbara Beata Bogna Celina Dagmara Danuta Daria Dominika Dorota "
    "Edyta "
    "Elżbieta Emilia Ewa Gabriela Grażyna Halina Hanna Helena Ilona Irena Iwona Izabela Jadwiga Joanna Jolanta Julia "
    "Justyna Kamila Karolina Kinga Klaudia Krystyna Laura Lena Lidia Magdalena Maja Małgorzata Maria Marlena Martyna "
    "Milena Monika Natalia Nina Ola Oliwia Patrycja Paulina Renata Róża Sandra Sylwia Urszula Weronika Wiktoria "
    "Zuzanna"
).split()
MEN = (
    "Adam Adrian Aleksander Andrzej Antoni Artur Bartek Błażej Cezary Damian Daniel Dariusz Dawid Dominik Eryk "
    "Filip "
    "Franciszek Grzegorz Hubert Igor Ignacy Jacek Jakub Jan Janusz Jarosław Jerzy Józef Kacper Kajetan Kamil Karol "
    "Konrad Krzysztof Leon Łukasz Maciej Marcel Marcin Marek Mariusz Mateusz Michał Mikołaj Miłosz Norbert Oskar "
    "Patryk "
    "Paweł Piotr Przemysław Radosław Rafał Robert Sebastian Stanisław Szymon Tadeusz Tomasz Wiktor Witold Wojciech "
    "Zenon"
).split()
SURNAMES = (
    "Nowak Wójcik Kowalczyk Woźniak Mazur Krawczyk Kaczmarek Zając Król Wróbel Wieczorek Stępień Dudek Adamczyk Pawlak "
    "Sikora Baran Szewczyk Pietrzak Marciniak Bąk Włodarczyk Duda Kubiak Kalinowska Wilk Mazurek Sobczak Kozak Lis "
    "Zawadzka Kania Mróz Ślusarczyk Kot Wrona Polak Kołodziej Szulc Kasprzak Bednarz Urban Tomczak Kurek Banaś Sroka "
    "Lewandowska Zielińska Wiśniewska Dąbrowska Kamińska Kozłowska Jankowska Wojciechowska Kwiatkowska Piotrowska "
    "Grabowska Pawłowska Michalska Nowicka Jabłońska Majewska Olszewska Jaworska Malinowska Witkowska Rutkowska Górska "
    "Ostrowska Tomaszewska Wróblewska Sadowska Jakubowska Chmielewska Borkowska Sokołowska Sawicka Kucharska Gajewska "
    "Laskowska Ziółkowska Makowska Przybylska Domańska Błaszczyk Wysocka Czerwińska Andrzejewska Krajewska Lipińska"
).split()
PROVIDERS = ("poczta.example", "listy.example", "skrzynka.example", "moja-poczta.example")
NOTES = (
    "Oat milk, always.",
    "Takes the corner table. Guide dog is welcome.",
    "Allergic to nuts.",
    "Likes light roasts, asks for Ethiopia.",
    "Brings an own cup.",
    "Buys beans for the office on the first Monday.",
    "Prefers to be called by surname.",
    "Decaf after noon.",
)
OLDEST, YOUNGEST = 75, 17  # years


@dataclass(frozen=True, slots=True)
class Person:
    """What a customer tells at the counter; some tell little."""

    name: str
    email: str
    phone: str
    born_on: date | None
    note: str


def person(number: int, *, chance: Random, today: date) -> Person:
    """Make up the person with this number; e-mail and phone are nobody else's."""
    is_woman = chance.random() < 0.58
    first, surname = chance.choice(WOMEN if is_woman else MEN), chance.choice(SURNAMES)
    name = f"{first} {surname if is_woman else masculine(surname)}"
    age = timedelta(days=int(365.25 * chance.triangular(YOUNGEST, OLDEST, 31)))
    return Person(
        name=name,
        email=f"{address_of(name)}{number}@{chance.choice(PROVIDERS)}" if chance.random() < 0.78 else "",
        phone=phone_of(number) if chance.random() < 0.64 else "",
        born_on=today - age if chance.random() < 0.6 else None,
        note=chance.choice(NOTES) if chance.random() < 0.03 else "",
    )


def masculine(surname: str) -> str:
    """Kalinowska → Kalinowski, Nowicka → Nowicki; other surnames stay."""
    return f"{surname[:-1]}i" if surname.endswith(("ska", "cka", "dzka")) else surname


def address_of(name: str) -> str:
    """Łucja Wójcik → lucja.wojcik"""
    plain = unicodedata.normalize("NFKD", name.lower().replace("ł", "l"))
    return "".join(letter for letter in plain if letter.isascii()).replace(" ", ".")


def phone_of(number: int) -> str:
    """A Polish mobile number, another one for every number below ten million."""
    return f"+4860{number * 7919 % 10_000_000:07d}"
