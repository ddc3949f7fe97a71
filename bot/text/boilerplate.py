"""Removes the text that an outlet adds to its articles: links to other articles and lists of them, tags, calls to
follow a channel, bylines, notes on the author, copyright notices, and the dateline before the first sentence.

It works on plain text with one paragraph a line; what surrounds an article on its page is removed in `bot.articles`.
In doubt a line is kept: to lose a sentence of the article is worse than to keep a link.
"""

from __future__ import annotations

import re
from functools import cache

from bot.model import Language
from bot.text.datelines import without_dateline
from bot.text.related_links import LONGEST_LINK, bulleted_lines, ends_like_a_sentence, related_lines, see_also

_HEAD_LINES = 3
"""Lines in which a dateline or byline may be: title and caption may come before it."""

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
    |\S+\.(?:com|co|id|co\.id|net|org)\s+(?:adalah|merupakan|is)\s+(?:an?\s+)?(?:portal|situs|media)\s+(?:berita|informasi|online|daring|resmi|news)\b
    |our\s+standards\s*:
    |\(?\s*reporting\s+by\s+[^.]{3,200}(?:editing|writing)\s+by\b
    |\(?\s*(?:additional\s+)?(?:reporting|editing|writing)\s+by\s+(?-i:[A-Z])\S*\s+(?-i:[A-Z])\S*[^.]{0,120}[.)]*\s*$
    |end\s+of\s+list\s*$|list\s+\d+\s+of\s+\d+
    |image\s+(?:source|caption)\s*,|media\s+caption\s*,
    |getty\s+images\s*$
    |have\s+(?:you\s+been\s+affected|an\s+opinion\s+on)\b
    |this\s+video\s+can\s*not\s+be\s+played\b
    |[^.]{0,80}무단\s?전재
    |(?:the\s+post|der\s+beitrag|l['’]article|la\s+entrada|o\s+post|l['’]articolo|het\s+bericht|wpis)\s.{2,200}\s
     (?:appeared\s+first\s+on|erschien\s+zuerst\s+auf|est\s+apparu\s+en\s+premier\s+sur|se\s+publicó\s+primero\s+en
       |apareceu\s+primeiro\s+em|proviene\s+da|verscheen\s+eerst\s+op|pojawił\s+się\s+poczatkowo\s+na)\b
"""
_CHANNELS = (
    r"(?:whatsapp|wa\s+channel|google\s+news|telegram|youtube|instagram|facebook|twitter|tiktok|threads|bluesky"
    r"|mastodon|"
    r"linkedin|newsletters?|rss|podcasts?|breaking\s+news\s+alerts?|notifikasi|push\s+notifications?|(?:телеграм"
    r"|telegram)\w*|"
    r"тг|вконтакте|вайбер\w*|ватсап\w*|واتساب|تلغرام|تيليغرام|تليجرام|تويتر|فيسبوك|يوتيوب|微信|微博|公众号|公眾號"
    r"|小红书|抖音|"
    r"LINE|メルマガ|ニュースレター|チャンネル)"
)
_FOLLOW = rf"""
    (?:yuk|ayo|mari|silakan|jangan\s+lupa|please|and|dan|also)?,?\s*
    (?:(?:segera|untuk|to)\s+)?
    (?:gabung|bergabung(?:lah)?|ikuti(?:lah)?|dapatkan|follow(?!-)|join|subscribe|sign\s+up|langganan|berlangganan|
       get\s+the\s+latest|update\s+berita|cek\s+berita|mau\s+berita|ingin\s+berita|berita\s+terbaru|
       folgen?\s+(?:sie|du|uns)|abonnieren\s+sie|volg\s+(?:ons|ook)|abonneer|suivez|abonnez|inscrivez|rejoignez|
       sígue(?:nos|me)?|siga(?:nos)?|síganos|suscríb(?:ete|ase)|únete|siga-nos|acompanhe|inscreva|assine|seguici|iscriviti|
       obserwuj|śledź|takip\s+edin|подпис(?:ывайтесь|аться|итесь)|следите|читайте\s+нас|підпис(?:уйтесь|атися)|
       theo\s+dõi|تابعوا|تابعونا|تابعنا|اشترك(?:وا)?|انضم(?:وا)?|关注|關注|订阅|訂閱|加入)
    .{{0,120}}?(?:\b|(?<=[\u0600-\u9fff])|(?=[\u0600-\u9fff])){_CHANNELS}
"""
"""A call to follow, or a sentence that begins like one."""
_PROMISE = re.compile(
    r"\b(?:kami|kita|our|us|me|berita|update|informasi|terbaru|latest|news|yuk|ayo|mari|sekarang|now|uns(?:er\w*)?|nous|notre|nos|nuestr\w+"
    r"|noss\w+|ons|onze|наш\w*|нас|bizi?|chúng\s+tôi)\b|我们|我們|当社|公式|لنا|تابعونا|تابعنا|قنات",
    re.IGNORECASE,
)
"""What a call offers, or to whom it leads: the outlet."""
_SAID = re.compile(
    r"\b(?:kata(?:nya)?|ujar(?:nya)?|tutur(?:nya)?|ucap(?:nya)?|ungkap(?:nya)?|menurut|said|says|told|found|according|sagte|laut|erklärte"
    r"|a\s+dit|selon|dijo|según|admite|disse|segundo|afirmou|zei|volgens|сказал\w*|сообщил\w*|заявил\w*|dedi)\b|قال|وفق|述べた|发表|表示",
    re.IGNORECASE,
)
"""Who is quoted: only an article does so."""
_CERTAIN_CALLS = r"""
    sign\s+up\s+(?:for|to)\s+(?:our|the|a|get|receive)\b.{0,80}(?:newsletter|email|briefing|alert|inbox)
    |(?:follow|like|find)\s+us\s+on\b|suivez-nous\s+sur\b|síguenos\s+en\b|folgen\s+sie\s+uns\b|volg\s+ons\s+op\b
    |(?:follow|contact|e-?mail)\s+(?:him|her|them|the\s+(?:author|writer|reporter))\s+(?:on|at|via)\b
    |subscribe\s+(?:to|now|here)\b.{0,60}(?:newsletter|channel|podcast|briefing)
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
_ON_THE_AUTHOR = re.compile(
    r"\W{0,3}(?:penulis\s+(?:adalah|merupakan)|the\s+(?:author|writer)\s+is)\s+[^.,]{3,120}\.?", re.IGNORECASE
)
_BYLINE = re.compile(r"(?:By|Oleh|Von|Par|Por)\s*:?\s+[A-Z][\w.'-]+(?:\s+[A-Z][\w.'-]+){1,3}(?:,\s[^.]{3,50})?")

_ALSO = (
    r"(?:(?:Baca|Lihat|Simak|Tonton|Saksikan)(?: (?:[Jj]uga|JUGA))?|(?:BACA|LIHAT|SIMAK|TONTON) JUGA|READ (?:MORE"
    r"|ALSO|NEXT)|ALSO READ"
    r"|Read (?:more|More|also|Also|next)|Also [Rr]ead|See also|RELATED|Related|Lesen Sie auch|Lies auch|Lees ook"
    r"|(?:À )?[Ll]ire aussi"
    r"|LIRE AUSSI|Le[ae] también|Leia (?:também|mais)|Leggi anche|Czytaj (?:też|także)|Les også|Læs også"
    r"|Läs (?:också|även)"
    r"|Читайте также|Читайте також|Xem thêm|اقرأ أيضا|اقرأ أيضاً|اقرأ أيضًا|(?:ये|यह) भी पढ़ें|আরও পড়ুন|延伸閱讀"
    r"|延伸阅读|相关阅读|関連記事)"
)
_IN_BRACKETS = re.compile(rf"\s*[\[(（]\s*{_ALSO}\s*[:：][^\])）\n]{{3,250}}[\])）]", re.IGNORECASE)
_INLINE_NOISE = re.compile(
    r"\s*(?:\[Gambas:[^\]\n]{0,80}\]|\bADVERTISEMENT\b|\bSCROLL TO (?:CONTINUE WITH|RESUME) CONTENT\b)"
)
_INLINE_LINK = re.compile(
    rf"(?<=[.!?”\"。।])\s*(?<!\w){_ALSO}\s*[:：]\s*[^.!?。।\n]{{3,160}}(?:[.!?。।](?=\s|$)|$)"
    r"|(?<=[.!?”\"])\s*(?:Baca|Lihat|Simak|Tonton) Juga (?=[A-Z'\"‘“])[^.!?\n]{3,160}$"
)


_BEFORE = r"[\s\[(*•>»▶►→–—-]*"
_FLAGS = re.IGNORECASE | re.VERBOSE
_ALWAYS_NOISE = re.compile(rf"{_BEFORE}(?:(?:{_ANYWHERE})|(?:{_CERTAIN_CALLS}))", _FLAGS)
_CREDIT_LINE = re.compile(rf"{_BEFORE}(?:{_CREDIT})\s*", _FLAGS)
_CALL = re.compile(rf"{_BEFORE}(?:{_FOLLOW})", _FLAGS)
_SHORT = 60
"""Up to so many characters a line that is no sentence is a call by its beginning, and a sentence may be a credit."""
_MARK = re.compile(r"[:：\"“‘']")
"""What stands between `Read also` and the headline that it leads to."""
_HERE = re.compile(r"\b(?:di\s+sini|here|hier|ici|aquí|aqui|qui|здесь|тут)\b", re.IGNORECASE)


@cache
def _see_also(language: Language) -> re.Pattern[str]:
    """Matches lines, from their beginning, that may lead to another article."""
    phrases = see_also(language).replace(" ", r"\s")
    return re.compile(rf"{_BEFORE}(?:{phrases})", _FLAGS)


def _is_noise(line: str, language: Language) -> bool:
    if len(line) > LONGEST_LINK:
        return False
    if _ALWAYS_NOISE.match(line):
        return True
    is_sentence = ends_like_a_sentence(line)
    if _CREDIT_LINE.fullmatch(line):
        return not is_sentence or len(line) <= _SHORT
    if _CALL.match(line):
        offers = _PROMISE.search(line) is not None or (len(line) <= _SHORT and not is_sentence)
        return offers and not _SAID.search(line)
    leads = _see_also(language).match(line)
    return leads is not None and (not is_sentence or _MARK.search(line) is not None or _HERE.search(line) is not None)


def strip_boilerplate(text: str, language: Language) -> str:
    """The text without the lines of its outlet, with the paragraphs in order; empty if nothing else is left.

    It removes whole lines that begin like a link, a call to follow, a credit or a legal notice; headings of lists of
    other articles with these lists; lines of tags; links of this kind between two sentences; the dateline; and the
    initials with which an article is signed.
    """
    kept: list[str] = []
    lines = [line for raw in text.split("\n") if (line := _without_inline(raw.strip()))]
    position = 0
    while position < len(lines):
        line = lines[position]
        if related := related_lines(lines, position):
            position += related
            continue
        position += 1
        if _is_noise(line, language):
            position += bulleted_lines(lines, position)
        elif not (len(kept) < _HEAD_LINES and _BYLINE.fullmatch(line)):
            kept.append(line)
    while kept and any(pattern.fullmatch(kept[-1]) for pattern in (_INITIALS, _SIGNED, _ON_THE_AUTHOR)):
        kept.pop()
    if kept:
        kept[-1] = _TRAILING_INITIALS.sub("", kept[-1])
    for position in range(min(_HEAD_LINES, len(kept))):
        kept[position] = without_dateline(kept[position])
    return "\n".join(line for line in kept if line)


def _without_inline(line: str) -> str:
    linked = ":" in line or "：" in line
    if linked and ("(" in line or "[" in line or "（" in line):
        line = _IN_BRACKETS.sub("", line)
    if "[Gambas:" in line or "SCROLL" in line or "ADVERT" in line:
        line = _INLINE_NOISE.sub("", line)
    if linked or " Juga " in line:
        line = _INLINE_LINK.sub("", line)
    return line.strip()
