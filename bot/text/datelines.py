"""Recognizes datelines: the place and agency before the first sentence of a report, `JAKARTA, KOMPAS.com - `."""

from __future__ import annotations

import re

_SHORTEST_SENTENCE = 20
"""If fewer characters follow a dateline, the line may be a headline of the same form."""

_NAME = r"[A-Z\u00c0-\u00de][\w.'’-]*"
_PLACE = rf"{_NAME}(?:[ /]{_NAME}){{0,3}}"
_DATE = r"(?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,8}\.?|\d{1,2}/\d{1,2}(?:/\d{2,4})?)(?:,? \d{4})?"
_SITE = r"[A-Za-z][\w-]{1,24}(?:\.[A-Za-z]+)?\.(?i:com|co\.id|co|id|tv|net|org|news|info|my|sg)"
_OUTLET = (
    rf"(?:{_SITE}|(?:CNN|CNBC|BBC|VOA|DW|IDN|ABC)(?: (?:Indonesia|News|Times))?|ANTARA(?: News)?|Antara|KOMPAS"
    r"|TEMPO|VIVA|REPUBLIKA|Republika|Reuters|REUTERS|AFP|AP|UPI|Xinhua|TASS|Yonhap|Bernama|BERNAMA|Kyodo|Okezone|SINDOnews|Rimanews"
    r"|Pos Kota|detikcom|dpa|EFE|ANSA|PNA|IANS|PTI|ANI|JUARA|BOLASPORT|Medcom|iNews|Beritasatu)"
)
_DASH = r"\s?(?:--|[-–—−])\s?"
_CITIES = (
    "Jakarta|Bandung|Surabaya|Semarang|Yogyakarta|Jogja|Medan|Makassar|Denpasar|Bali|Bogor|Depok|Tangerang|Bekasi|Solo|"
    "Malang|Palembang|Balikpapan|Samarinda|Pontianak|Banjarmasin|Manado|Padang|Pekanbaru|Batam|Lampung|Jayapura|"
    "Kupang|Mataram|Ambon|Banten|Aceh|Cirebon|Sukabumi|Garut|Sleman|Bantul|Klaten|Kudus|Jember|Banyuwangi|"
    "London|Washington|Moskow|Moscow|Beijing|Tokyo|Seoul|Paris|Berlin|Brussels|Brussel|Kyiv|Kiev|Singapura|Singapore"
)
_DATELINES = tuple(
    re.compile(pattern)
    for pattern in (
        # BRUSSELS, KOMPAS.TV - / Jakarta, CNN Indonesia -- / SEOUL, Oct. 28 (Yonhap) -- / KYIV, Ukraine (AP) —
        rf"(?:{_PLACE},? ){{1,2}}(?:{_DATE},? )?(?:\(\s?{_OUTLET}(?:[/ -]{_OUTLET})?\s?\)|{_OUTLET}){_DASH}",
        # Liputan6.com, Jakarta - / TEMPO.CO, Jakarta - / KONTAN.CO.ID - JAKARTA. / Metrotvnews.com, Jakarta:
        rf"{_OUTLET},? {_PLACE}(?:{_DASH}|: )",
        rf"{_OUTLET}{_DASH}[A-Z]{{4,}}(?: [A-Z]{{3,}})?(?:\. |{_DASH}|, )",
        # Liputan6.com, Jakarta Memasuki usia …
        rf"{_SITE}, (?:Tel Aviv|Kuala Lumpur|New York|Tanjung \w+|{_CITIES}) (?=[A-Z])",
        # Suara.com - / VIVA – / (CNN) -
        rf"(?:{_OUTLET}|\({_OUTLET}\)){_DASH}",
        # MOSCOW, October 28. /TASS/.
        rf"{_PLACE}, {_DATE}[.,]? /{_OUTLET}/\.?(?:{_DASH})?\s?",
        # JAKARTA (Pos Kota) – , any agency, when place or agency are in capitals
        rf"[A-Z]{{3,}}(?:[ ,]+{_NAME}){{0,3}} \([A-Z][\w .]{{1,25}}\){_DASH}",
        rf"{_PLACE} \([A-Z]{{2,10}}(?: News)?\){_DASH}",
        # Jakarta - / MOSCOW –
        rf"(?:{_CITIES})(?:, {_NAME})? ?(?:--|[-–—]) ?(?=[A-Z\"“'])",
        r"[A-Z]{4,}(?:,? [A-Z]{3,}){0,2} ?(?:--|[-–—]) (?=[A-Z\"“'])",
    )
)


def without_dateline(line: str) -> str:
    """The line without a dateline at its beginning; as it is where too little would be left."""
    for pattern in _DATELINES:
        match = pattern.match(line)
        if match and not 0 < len(line) - match.end() < _SHORTEST_SENTENCE:
            return line[match.end() :].lstrip(" -–—:")
    return line
