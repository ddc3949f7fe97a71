"""Removes the text that an outlet adds to its articles: links to other articles, calls to follow a channel, bylines,
copyright notices, and the dateline before the first sentence.

It works on plain text with one paragraph a line; what surrounds an article on its page is removed in `bot.articles`.
In doubt a line is kept: to lose a sentence of the article is worse than to keep a link.
"""

from __future__ import annotations

import re
from functools import cache

from bot.model import Language

_LONGEST_LINK = 260
"""A longer line is never only a link; one that begins like a link has sentences of the article as well."""
_HEAD_LINES = 3
"""Lines in which a dateline or byline may be: title and caption may come before it."""

_SHORTEST_SENTENCE = 20
"""If fewer characters follow a dateline, the line may be a headline of the same form."""

_SEE_ALSO = {
    "id": r"(?:baca|lihat|simak|tonton|saksikan|dengar|cek|klik|jangan lewatkan)\s*juga\b"
    r"|(?:baca|berita|artikel|topik)\s*(?:selengkapnya|lainnya|terkait|terkini|populer|artikel)\b\s*(?::|di\s*sini\b|-)"
    r"|(?:baca|simak|pilihan\s+(?:editor|redaksi)|berita\s+terkait|artikel\s+terkait|rekomendasi)\s*:"
    r"|(?:lihat|simak|tonton|saksikan)\s+(?:live|video|foto|infografis)\b[^.]{0,40}[:'\"“‘]"
    r"|(?:simak|saksikan)\s+(?:video|infografis)\s+(?:pilihan|menarik|berikut)",
    "ms": r"(?:baca|lihat|tonton)\s*(?:juga|lagi)\b|baca\s*:|(?:berita|artikel)\s+(?:berkaitan|lain)\s*:?",
    "en": r"(?:read|see|watch|listen|also\s+read)\s*(?:more|also|next|now|this)?\s*:"
    r"|(?:read|see)\s+also\b|also\s+read\b|read\s+more\s+(?:about|on|at|from)\b|(?:more|most)\s+(?:on|read)\s*:"
    r"|(?:related|recommended|trending|editor['’]?s?\s+(?:pick|choice)s?)\b[^.:]{0,20}:"
    r"|(?:recommended|related)\s+(?:stories|articles|content|topics|coverage|reading)\s*$",
    "de": r"lesen\s+sie\s+(?:auch|mehr|hier|dazu)\b[^.]{0,20}:?|mehr\s+zum\s+thema\b|lesen\s+sie\s+auch",
    "nl": r"lees\s+ook\b|bekijk\s+ook\b|lees\s+meer\s*:",
    "fr": r"(?:à\s+)?lire\s+(?:aussi|également)\b|(?:à\s+)?voir\s+aussi\b",
    "es": r"(?:lea|lee|leer|vea|ver|mira)\s+(?:también|además|más)\b\s*:?|te\s+puede\s+interesar\b",
    "pt": r"(?:leia|veja|confira|saiba)\s+(?:também|mais)\b",
    "it": r"(?:leggi|vedi|guarda)\s+anche\b",
    "ro": r"cite[sșş]te\s+[sșş]i\b|vezi\s+[sșş]i\b",
    "pl": r"(?:czytaj|zobacz|przeczytaj)\s+(?:też|także|również|więcej)\b",
    "sv": r"läs\s+(?:också|även|mer)\b",
    "da": r"læs\s+også\b",
    "no": r"les\s+også\b",
    "tr": r"(?:ayrıca\s+)?(?:oku|bakın)\s*:|ilgili\s+haber",
    "vi": r"xem\s+thêm\b|đọc\s+thêm\b",
    "tl": r"basahin\s*:|basahin\s+din\b",
    "ru": r"(?:читайте|смотрите|читать)\s+(?:также|еще|ещё|далее)\b",
    "uk": r"(?:читайте|дивіться)\s+(?:також|ще)\b",
    "ar": r"(?:اقرأ|اقرأوا|إقرأ|شاهد)\s+(?:أيضا|أيضاً|المزيد)",
    "hi": r"(?:ये|यह)\s+भी\s+पढ़ें",
    "ja": r"(?:関連記事|あわせて読みたい|【関連】)",
    "zh": r"(?:相关阅读|相關閱讀|延伸阅读|延伸閱讀|相关新闻|相關新聞|更多新闻)\s*[::]?",
    "ko": r"\[?관련\s?기사\]?",
}
"""How a line begins that only leads to other articles, by language."""

_ANYWHERE = r"""
    (?:advertisement|advertorial|iklan|sponsored)s?\s*$
    |scroll\s+(?:to|down|untuk)\s+(?:continue|resume|melanjutkan)\b
    |(?:story|article)\s+continues\s+below\b
    |\[gambas:[^\]]*\]
    |(?:artikel|berita|tulisan)\s+ini\s+(?:telah|sudah|pernah)\s+(?:tayang|terbit|naik|dimuat|dipublikasikan)\b
    |(?:halaman|page)\s*(?:selanjutnya|berikutnya|sebelumnya|next)\b\s*:?
    |(?:selengkapnya|baca\s+selengkapnya|klik)\s*(?:di\s*sini|halaman)\b
    |(?:a\s+post|a\s+video|unggahan|sebuah\s+kiriman)\s+(?:shared|dibagikan)\s+(?:by|oleh)\b
    |view\s+this\s+post\s+on\b|lihat\s+postingan\s+ini\s+di\b
    |(?:copyright|hak\s+cipta)\s*(?:©|\(c\)|[12]\d{3})|©|all\s+rights\s+reserved\b|hak\s+cipta\s+dilindungi\b
    |dilarang\s+(?:keras\s+)?(?:mengambil|mengutip|menyalin)\s+konten\b
    |disclaimer\s*:
    |\S+\.(?:com|co|id|co\.id|net|org)\s+(?:adalah|merupakan|is)\s+(?:an?\s+)?(?:portal|situs|media)\b
    |our\s+standards\s*:
    |\(?\s*reporting\s+by\s+[^.]{3,200}(?:editing|writing)\s+by\b
    |\(?\s*(?:additional\s+)?(?:reporting|editing|writing)\s+by\s+\S+\s+\S+[^.]{0,120}[.)]*\s*$
    |end\s+of\s+list\s*$|list\s+\d+\s+of\s+\d+
    |image\s+(?:source|caption)\s*,|media\s+caption\s*,
    |getty\s+images\s*$
    |have\s+(?:you\s+been\s+affected|an\s+opinion\s+on)\b
    |this\s+video\s+can\s*not\s+be\s+played\b
    |[^.]{0,80}무단\s?전재
"""
_CHANNELS = (
    r"(?:whatsapp|wa\s+channel|google\s+news|telegram|youtube|instagram|facebook|twitter|tiktok|newsletters?|"
    r"breaking\s+news\s+alerts?|notifikasi|push\s+notifications?)"
)
_FOLLOW = rf"""
    (?:yuk|ayo|mari|silakan|jangan\s+lupa|please|and|dan|also)?,?\s*
    (?:(?:segera|untuk|to)\s+)?
    (?:gabung|bergabung(?:lah)?|ikuti(?:lah)?|dapatkan|follow|join|subscribe|sign\s+up|langganan|berlangganan|
       get\s+the\s+latest|update\s+berita|cek\s+berita|mau\s+berita|ingin\s+berita|berita\s+terbaru)\b
    .{{0,120}}?\b{_CHANNELS}\b
    |sign\s+up\s+(?:for|to)\s+(?:our|the|a|get|receive)\b.{{0,80}}(?:newsletter|email|briefing|alert|inbox)
    |(?:follow|like|find)\s+us\s+on\b
    |subscribe\s+(?:to|now|here)\b.{{0,60}}(?:newsletter|channel|podcast|briefing)
    |(?:ikuti|simak|dapatkan)\s+(?:berita|informasi|update|kabar)\s+(?:terbaru|terkini|terupdate|pilihan|lainnya)\b
    |cek\s+berita\s+dan\s+artikel\s+yang\s+lain\b
"""
_CREDIT = r"""
    (?:sumber|source|sumber\s+(?:foto|berita|artikel)|foto|photo|penulis|editor|reporter|pewarta|kontributor|uploader|
       redaktur|fotografer|videografer|penyunting|produser|penerjemah|author|written\s+by|reported\s+by|edited\s+by|
       photo\s+credit|caption|laporan\s+reporter|tags?|topik|topics)
    \s*:\s*\S.{0,90}
"""
_INITIALS = re.compile(r"[(\[]\s*[a-z]{2,4}(?:\s*[/,-]\s*[a-z]{2,5}){0,3}\s*[)\]]|[(\[][A-Z]{3}(?:[/-][A-Z]{3})?[)\]]")
_TRAILING_INITIALS = re.compile(r"(?<=[.!?”\"'’])\s*[(\[]\s*[a-z]{2,4}(?:/[a-z]{2,5}){0,3}\s*[)\]]\s*$")
_SIGNED = re.compile(r"\((?:[A-Z][\w.'-]+\s*){2,4}\)")
_BYLINE = re.compile(r"(?:By|Oleh|Von|Par|Por)\s*:?\s+[A-Z][\w.'-]+(?:\s+[A-Z][\w.'-]+){1,3}(?:,\s[^.]{3,50})?")

_IN_BRACKETS = re.compile(r"\s*[\[(]\s*(?:baca|lihat|simak|tonton)\s*(?:juga)?\s*:[^\])\n]{3,250}[\])]", re.IGNORECASE)
_INLINE_NOISE = re.compile(
    r"\s*(?:\[Gambas:[^\]\n]{0,80}\]|\bADVERTISEMENT\b|\bSCROLL TO (?:CONTINUE WITH|RESUME) CONTENT\b)"
)
_INLINE_LINK = re.compile(
    r"(?<=[.!?”\"])\s*\b(?:Baca|Lihat|Simak|BACA|LIHAT|SIMAK) (?:[Jj]uga|JUGA)\s*:\s*[^.!?\n]{3,160}(?:[.!?](?=\s|$)|$)"
)


@cache
def _noise(language: Language) -> re.Pattern[str]:
    """Matches lines, from their beginning, that are not part of the article."""
    phrases = [_SEE_ALSO[code] for code in dict.fromkeys((language, "id", "en")) if code in _SEE_ALSO]
    see_also = "|".join(f"(?:{phrase})" for phrase in phrases).replace(" ", r"\s")
    return re.compile(
        rf"[\s\[(*•>»▶►→–—-]*(?:{see_also}|(?:{_ANYWHERE})|(?:{_FOLLOW})|(?:{_CREDIT})\s*$)",
        re.IGNORECASE | re.VERBOSE,
    )


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


def strip_boilerplate(text: str, language: Language) -> str:
    """The text without the lines of its outlet, with the paragraphs in order; empty if nothing else is left.

    It removes whole lines that begin like a link, a call to follow, a credit or a legal notice; links of this kind
    between two sentences; the dateline; and the initials with which an article is signed.
    """
    noise = _noise(language)
    kept: list[str] = []
    for raw in text.split("\n"):
        line = _without_inline(raw.strip())
        if line and not _is_noise(line, noise) and not (len(kept) < _HEAD_LINES and _BYLINE.fullmatch(line)):
            kept.append(line)
    while kept and (_INITIALS.fullmatch(kept[-1]) or _SIGNED.fullmatch(kept[-1])):
        kept.pop()
    if kept:
        kept[-1] = _TRAILING_INITIALS.sub("", kept[-1])
    for position in range(min(_HEAD_LINES, len(kept))):
        kept[position] = _without_dateline(kept[position])
    return "\n".join(line for line in kept if line)


def _without_inline(line: str) -> str:
    if ":" in line and ("(" in line or "[" in line):
        line = _IN_BRACKETS.sub("", line)
    if "[Gambas:" in line or "SCROLL" in line or "ADVERT" in line:
        line = _INLINE_NOISE.sub("", line)
    if ":" in line and ("uga" in line or "JUGA" in line):
        line = _INLINE_LINK.sub("", line)
    return line.strip()


def _is_noise(line: str, noise: re.Pattern[str]) -> bool:
    return len(line) <= _LONGEST_LINK and noise.match(line) is not None


def _without_dateline(line: str) -> str:
    for pattern in _DATELINES:
        match = pattern.match(line)
        if match and not 0 < len(line) - match.end() < _SHORTEST_SENTENCE:
            return line[match.end() :].lstrip(" -–—:")
    return line
