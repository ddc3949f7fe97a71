"""Recognizes datelines: the place and agency before the first sentence of a report, `JAKARTA, KOMPAS.com - `."""

from __future__ import annotations

import re

_SHORTEST_SENTENCE = 20
"""If fewer characters follow a dateline, the line may be a headline of the same form."""

_LONGEST = 160
"""Characters in which a dateline ends: what is beyond is not looked at, so a long line takes no longer."""

_NAME = r"[A-Z\u00c0-\u00de][\w.'’-]*"
_PLACE = rf"{_NAME}(?:[ /]{_NAME}){{0,3}}"
_SHORTEST_PLACE = r"[A-Z\u00c0-\u00de][\w.'’]*(?:[ /-][A-Z\u00c0-\u00de][\w.'’]*){0,3}?"
"""For dashes without blanks: of `Jakarta-Sama-sama` it is `Jakarta`."""
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
    "Probolinggo|Pasuruan|Sidoarjo|Gresik|Lamongan|Tuban|Kediri|Blitar|Madiun|Ngawi|Lumajang|Cilacap|Purwokerto|Magelang|"
    "Karawang|Purwakarta|Cianjur|Tasikmalaya|Ciamis|Serang|Cilegon|Jambi|Bengkulu|Palu|Kendari|Gorontalo|Ternate|Sorong|"
    "London|Washington|Moskow|Moscow|Beijing|Tokyo|Seoul|Paris|Berlin|Brussels|Brussel|Kyiv|Kiev|Singapura|Singapore|"
    "Madrid|Roma|Rome|Milan|Jenewa|Geneva|Wina|Vienna|Kairo|Cairo|Teheran|Tehran|Riyadh|Mekkah|Madinah|Ankara|Istanbul|Doha|"
    "Dubai|Bangkok|Manila|Hanoi|Delhi|Mumbai|Islamabad|Kabul|Sydney|Canberra|Melbourne|Baghdad|Damaskus|Gaza|Beirut|Warsaw|"
    r"Tel Aviv|Kuala Lumpur|New York|Los Angeles|San Francisco|New Delhi|Hong Kong|Ho Chi Minh|Washington,? D\.?C\.?|"
    "Deli Serdang|Palangka Raya|Bandar Lampung|Banda Aceh"
)
_CITIES_IN_CAPITALS = f"(?:{_CITIES.upper()})"
_AGENCY = rf"\(\s?(?:{_OUTLET}(?:[/ -]{_OUTLET})?|[A-Z]{{2,10}}(?: [A-Z]\w+){{0,2}})\s?\)"
"""In brackets: a name that is known, or one that begins with a word in capitals, as `(ANTARA Bews)` does."""
_DATELINES = tuple(
    re.compile(pattern)
    for pattern in (
        # Liputan6.com, Jakarta Memasuki usia … / Liputan6.com, JakartaMemasuki / Liputan6.com, Washington, DC -Presiden
        rf"{_SITE},\s?(?:Tanjung \w+|{_CITIES})(?:{_DASH}|\s?)(?=[A-Z\"“'])",
        # BRUSSELS, KOMPAS.TV - / Jakarta, CNN Indonesia -- / SEOUL, Oct. 28 (Yonhap) -- / KYIV, Ukraine (AP) —
        rf"(?:{_PLACE}(?:, ?| )){{1,2}}(?:{_DATE},? )?(?:{_AGENCY}|{_OUTLET}){_DASH}",
        # Liputan6.com, Jakarta - / TEMPO.CO,Jakarta- / KONTAN.CO.ID - JAKARTA. / Metrotvnews.com, Jakarta:
        rf"{_OUTLET}(?:,\s?| ){_SHORTEST_PLACE}(?:{_DASH}|: )",
        rf"{_OUTLET}{_DASH}[A-Z]{{4,}}(?: [A-Z]{{3,}})?(?:\. |{_DASH}|, )",
        # Liputan6.com, Gunung SitoliGubernur
        rf"{_SITE},\s?(?:[A-Z][a-z]+ ){{0,2}}?[A-Z][a-z]+(?=[A-Z][a-z])",
        # Suara.com - / VIVA – / (CNN) -
        rf"(?:{_OUTLET}|\(\s?{_OUTLET}\s?\)){_DASH}",
        # MOSCOW, October 28. /TASS/.
        rf"{_PLACE}, {_DATE}[.,]? /{_OUTLET}/\.?(?:{_DASH})?\s?",
        # JAKARTA (Pos Kota) – , any agency when the place is in capitals
        rf"[A-Z]{{3,}}(?:[ ,]+{_NAME}){{0,3}} \(\s?[A-Z][\w .]{{1,25}}\s?\){_DASH}",
        # Jakarta - / MOSCOW – / JAKARTA–Alpukat / JAKARTA -Direktur
        rf"(?:{_CITIES})(?:, {_NAME})? ?(?:--|[-–—]) ?(?=[A-Z\"“'])",
        rf"{_CITIES_IN_CAPITALS}(?:, {_NAME})?{_DASH}(?=[A-Z\"“'])",
        r"(?:[A-Z]{2} )?[A-Z]{3,}(?:,? [A-Z]{3,}){0,2}(?: (?:--|[-–—])|(?<=[A-Z]{4})(?:--|[-–—]) )\s?"
        r"(?=[A-Z\"“'])",
        # UPDATED: FRIDAY, MAY 3, 2013, 9:56 AM / POSTED: 05/02/07, 9:00 PM PDT |
        r"(?:UPDATED|POSTED|PUBLISHED|LAST UPDATED): [^a-z|]{6,45}?[AP]M\b(?: [A-Z]{2,4}(?= \|))?(?: \|)?\s",
        # Updated 5:40 p.m. ET
        r"(?:Updated|Posted|Published):? (?:at )?\d{1,2}[:.]\d\d ?(?i:[ap]\.?m\b\.?)(?: [A-Z]{2,4}\b)? (?=[A-Z\"“'])",
    )
)


def without_dateline(line: str) -> str:
    """The line without a dateline at its beginning; as it is where too little would be left."""
    for pattern in _DATELINES:
        match = pattern.match(line[:_LONGEST])
        if match and not 0 < len(line) - match.end() < _SHORTEST_SENTENCE:
            return line[match.end() :].lstrip(" -–—:")
    return line
