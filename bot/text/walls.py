"""Recognizes paragraphs with which a site addresses its readers instead of reporting: requests for consent to cookies,
offers of a subscription, requests to enable JavaScript, placeholders of videos, checks for robots.

Sites word them in many ways but always of the same parts. So a paragraph is recognized by the number of such parts, in
any language: `cookies`, `personal data` and `our partners` together are a request for consent. Wordings:
https://github.com/adbar/trafilatura/issues/569, https://github.com/readable-app/readable/issues/12.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

_LONGEST: Final = 900
"""A longer paragraph is never a wall alone."""
_LONGEST_WALL: Final = 2_500
_PARTS_OF_ONE: Final = 2
"""Parts in a paragraph of a text that is a wall as a whole; `_PARTS_TOGETHER`, in all of its paragraphs."""
_PARTS_TOGETHER: Final = 4
_LONGEST_LABEL: Final = 60
"""Characters of a heading or of a button."""

_CONSENT: Final[Mapping[str, str]] = {
    "cookies": r"cookies?|kuki|кук[иа]\w*|файл\w*\s+cookie|الكوكيز|ملفات\s+تعريف\s+الارتباط|クッキー|çerez\w*"
    r"|ciasteczk\w*|कुकीज़?",
    "consent": r"consent\w*|(?:i\s+)?(?:accept|agree|reject)(?:\s+(?:all|and))?|persetujuan|(?:di|me|meny)?setuju\w*"
    r"|(?:dengan\s+)?izin\s+anda"
    r"|terima\s+semua|zustimm\w*|einwillig\w*|akzeptier\w*|accepte[rz]?|refuse[rz]?|consentement|consentir"
    r"|consentimiento"
    r"|acept\w*|rechazar|consentimento|aceit\w*|concordar|toestemming|akkoord|accepte(?:er|ren)|weiger\w*|consenso"
    r"|accett\w*"
    r"|соглас\w*|приня(?:ть|в)\w*|принима\w*|رضا|موافق\w*|أوافق|توافق|قبول|同意|接受|拒绝|拒絕|許可|zgod\w*|onay\w*"
    r"|kabul\s+et\w*|सहमति",
    "data": r"(?:personal|usage|device|geolocation)\s+(?:data|information)|(?:data|informasi)\s+(?:pribadi"
    r"|penggunaan|geolokasi)"
    r"|personenbezogene\w*\s+daten|nutzungsdaten|données\s+(?:personnelles|de\s+navigation|à\s+caractère\s+personnel)"
    r"|datos\s+(?:personales|de\s+navegación)|dados\s+(?:pessoais|de\s+navegação)|persoons?gegevens"
    r"|persoonlijke\s+gegevens"
    r"|dati\s+personali|персональн\w+\s+данн\w+|(?:ال)?بيانات(?:كم?)?\s+(?:ال)?شخصية|بياناتك\w?|个人(?:数据|信息"
    r"|资料)|個人(?:情報|資料|データ)"
    r"|閲覧データ|浏览数据|kişisel\s+veri\w*|dan\w+\s+osobow\w+",
    "partners": r"(?:our|the|\d+|selected|trusted)\s+(?:\w+\s+)?(?:partners|vendors)|third\s+part(?:y|ies)"
    r"|mitra(?:\s+kami)?|pihak\s+ketiga"
    r"|(?:unsere\w*|\d+)\s+partner\w*|drittanbieter\w*|partenaires|tiers|(?:nuestros\s+)?socios|terceros|parceiros"
    r"|terceiros"
    r"|onze\s+(?:\d+\s+)?partners|derden|(?:nostri\s+)?partner|партн[её]р\w*|треть\w+\s+лиц\w*|شركا\w+"
    r"|أطراف\s+ثالثة|طرف\s+ثالث"
    r"|合作(?:伙伴|夥伴)|第三方|パートナー|第三者|partnerz\w*|ortaklar\w*",
    "device": r"on\s+(?:a|your|their)\s+devices?|perangkat\s+(?:anda|ini)|pada\s+perangkat|auf\s+(?:ihrem"
    r"|einem)\s+(?:end)?gerät\w*"
    r"|(?:votre|un)\s+(?:appareil|terminal)|(?:su|tu|un|en\s+el)\s+dispositivo|(?:seu|um)\s+(?:dispositivo"
    r"|aparelho)|(?:uw|je|een)\s+apparaat"
    r"|(?:ваш\w+|на)\s+устройств\w+|جهازك\w?|الجهاز|(?:您|你)的?(?:设备|設備|裝置)|(?:お使いの)?(?:端末|デバイス)",
    "ads": r"(?:personali[sz]ed|targeted|relevant)\s+(?:ads?|advertis\w+|content)"
    r"|ad(?:vertising)?\s+(?:and\s+content\s+)?measurement|iklan\s+(?:yang\s+)?"
    r"(?:dipersonalisasi|relevan)|untuk\s+iklan|pengukuran\s+(?:konten|iklan)|riset\s+audiens"
    r"|(?:personalisierte\w*\s+)?(?:werbung|anzeigen)\b"
    r"|tracking|publicités?|mesure\s+d['’]audience|(?:anuncios|publicidad)(?:\s+personalizad\w+)?|(?:anúncios"
    r"|publicidade)(?:\s+personalizad\w+)?"
    r"|advertenties|pubblicità|(?:персонализированн\w+\s+)?реклам\w+|إعلانات|(?:个性化)?(?:广告|廣告)|広告"
    r"|audience\s+(?:research|insights|measurement)",
    "store": r"stor(?:e|ing|age\s+of)\s[^.]{0,30}information|menyimpan\s[^.]{0,30}informasi"
    r"|informationen\s[^.]{0,30}speicher\w*|speicher\w*\s[^.]{0,30}informationen|stocke\w*\s[^.]{0,30}informations"
    r"|almacena\w*\s[^.]{0,30}información"
    r"|armazena\w*\s[^.]{0,30}informações|informatie\s[^.]{0,30}op(?:slaan|\s+te\s+slaan)|archivia\w*\s[^.]{0,30}informazioni"
    r"|хран\w+\s[^.]{0,30}информаци\w+|تخزين\s[^.]{0,30}معلومات|(?:存储|儲存)[^。]{0,12}(?:信息|資訊)|情報[^。]{0,8}(?:保存|アクセス)",
    "privacy": r"(?:your|value)\s+privacy|privacy\s+(?:policy|notice|settings|preferences|cent(?:er|re))"
    r"|privasi(?:\s+anda)?|kebijakan\s+privasi"
    r"|datenschutz\w*|privatsphäre|vie\s+privée|confidentialité|privacidad|privacidade|privacy(?:beleid|verklaring"
    r"|\s*instellingen)?"
    r"|конфиденциальност\w*|خصوصيت\w*|الخصوصية|隐私|隱私|プライバシー|gizlilik|prywatnoś\w+|गोपनीयता",
}  # fmt: skip

_SUBSCRIPTION: Final[Mapping[str, str]] = {
    "subscribe": r"subscri(?:be|ber|bers|ption|ptions)|paywall|members?\s+only|become\s+a\s+member"
    r"|(?:ber)?langganan|pelanggan|abos?|abonn\w+"
    r"|pur-abo|s['’]abonner|abonn[ée]\w*|suscr[ií]b\w*|suscriptor\w*|suscripci\w+|assin(?:e|ar|ante|antes|atura)"
    r"|abonn(?:eer|ees?|ement)\w*"
    r"|abbona\w+|подпис(?:к\w+|чик\w*|ывай\w+|ать\w*|аться)|اشترا?ك\w*|المشتركين|订阅|訂閱|(?:付费|會員|会员|有料"
    r"|購読|定期)(?:会員|會員|購読|内容|文章|阅读)?|prenumer\w+|abone\w*",
    "read": r"(?:continue|keep)\s+reading|read\s+(?:the\s+)?(?:full|whole|rest\s+of\s+the|this|our)?\s*(?:story"
    r"|article|text)|unlimited\s+(?:access|articles)|(?:free\s+)?articles?\s+(?:left|remaining|this\s+month)"
    r"|(?:lanjut(?:kan)?|melanjutkan)\s+(?:mem)?baca|membaca\s+(?:artikel|berita|selengkapnya|tanpa)\w*"
    r"|akses\s+(?:penuh|tanpa\s+batas|ke\s+semua)|weiter(?:zu)?lesen|(?:ganzen|vollständigen|diesen)\s+artikel"
    r"|artikel\s+(?:zu\s+)?lesen"
    r"|lire\s+la\s+suite|(?:poursuivre|continuer)\s+(?:la|votre)\s+lecture|(?:lire|accéder\s+à)\s+(?:cet"
    r"|l['’])\s*(?:article|intégralité)|accès\s+illimité|seguir\s+leyendo|(?:leer|acceder)\s+(?:este|el|al"
    r"|a\s+este)\s+(?:artículo|contenido)|acceso\s+ilimitado|sin\s+límites"
    r"|continu(?:ar|e)\s+(?:lendo|a\s+ler)|(?:ler|acessar)\s+(?:este|o|esta)\s+(?:conteúdo|artigo|matéria|texto)"
    r"|acesso\s+ilimitado|verder\s+(?:te\s+)?lezen|(?:dit|hele|volledige)\s+artikel|onbeperkt(?:e)?\s+(?:toegang|lezen)"
    r"|continua(?:re)?\s+a\s+leggere|(?:читать|дочитать|прочитать)\s+(?:далее|дальше|полностью|статью|материал"
    r"|текст)|полн\w+\s+(?:доступ|верси\w+|текст)|(?:متابعة|إكمال|قراءة)\s+(?:ال)?(?:قراءة|مقال\w*)|继续阅读"
    r"|繼續閱讀|(?:阅读|閱讀|查看)全文|続き(?:を|は)|(?:この記事|全文)(?:を|は)",
    "account": r"(?:log|sign)\s*-?in|already\s+(?:a\s+)?(?:subscriber|member|subscribed|have\s+an\s+account)"
    r"|create\s+(?:an?\s+)?(?:free\s+)?account|register\s+(?:now|for\s+free)|(?:silakan\s+)?(?:masuk|login"
    r"|daftar)(?:\s+(?:atau|dengan|untuk|di\s+sini))|sudah\s+(?:punya\s+akun|berlangganan)"
    r"|(?:hier\s+)?anmelden|registrieren|bereits\s+(?:abonnent|kunde|registriert)|connectez-vous|se\s+connecter"
    r"|identifiez-vous|déjà\s+abonné|inici(?:a|ar|e)\s+sesión|reg[ií]str(?:ate|ese|arse)|ya\s+(?:eres"
    r"|es)\s+suscriptor|faça\s+login|já\s+é\s+assinante|entrar\s+na\s+conta|cadastre-se"
    r"|inloggen|log\s+in|al\s+abonnee|account\s+(?:aan|maken)|accedi|войти|войдите|авториз\w+|зарегистр\w+"
    r"|уже\s+(?:есть\s+)?подпис\w+|سج[ّ]?ل\w?\s+(?:ال)?دخول|تسجيل\s+الدخول|登录|登入|ログイン|会員登録|注册|註冊",
    "price": r"(?:[€$£¥]|rp\.?|us\$|r\$)\s?\d[\d.,]*\s*(?:/|per|a|al|au|im|por|pro)\s*\w+|\d[\d.,]*\s*(?:[€$£]"
    r"|euros?|reais|рубл\w*|руб\.?|元|円|ريال|دولار\w*)\s*(?:/|per|a|al|par|im|por|pro|в|mensuel\w*)?\s*(?:month"
    r"|monat|mois|mes|mês|maand|месяц|bulan|month|شهر\w*|月)|(?:每月|月額|per\s+bulan|per\s+month|im\s+monat"
    r"|par\s+mois|al\s+mes|por\s+mês|per\s+maand|в\s+месяц|شهريا\w?)",
    "exclusive": r"(?:only|exclusive\w*|reserved)\s+(?:available\s+)?(?:to|for)\s+(?:our\s+|registered\s+"
    r"|paying\s+)?(?:subscribers|members|readers)|(?:khusus|hanya)\s+(?:untuk|bagi)\s+(?:pelanggan|anggota|member)"
    r"|(?:nur|exklusiv)\s+für\s+(?:\w+\s+)?(?:abonnent\w*|mitglieder)|réservé\w*\s+(?:à|aux)\s+(?:nos\s+)?abonnés"
    r"|(?:solo|sólo|exclusiv\w+)\s+para\s+(?:\w+\s+)?(?:suscriptores|assinantes)|(?:alleen"
    r"|exclusief)\s+(?:\w+\s+)?(?:voor|toegankelijk)\s+(?:\w+\s+)?abonnees"
    r"|(?:только|доступ\w+)\s+(?:для\s+|по\s+)?подпис\w+|(?:للمشتركين|حصري\w*)|(?:仅限|僅限|限)(?:订阅|訂閱|会员"
    r"|會員)\w*|(?:有料)?会員限定|続きは.{0,12}(?:ログイン|登録|会員)",
}  # fmt: skip

_PROGRAM: Final[Mapping[str, str]] = {
    "script": r"java\s?script|जावास्क्रिप्ट",
    "switch": r"enabl\w*|disabl\w*|turn(?:ed)?\s+(?:on|off)|switch(?:ed)?\s+(?:on|off)|(?:meng)?aktif(?:kan)?"
    r"|nyalakan|matikan|nonaktif\w*|aktivier\w*|(?:aus|ein)(?:ge)?schalt\w*"
    r"|(?:dés)?activ(?:é|ée|er|ez|ar|e|a|ado|arlo)\b|(?:des)?habilit\w*|ative|ativ(?:ar|ado)|(?:in"
    r"|uit)(?:ge)?schakel\w*|(?:dis)?attiv(?:are|a|ato)|включ\w+|отключ\w+|تفعيل|تعطيل|(?:启|啟)用|禁用|開啟|开启"
    r"|关闭|關閉|有効|無効|etkinleştir\w*|włącz\w*",
    "browser": r"browser\w*|peramban|navigateur|navegador|браузер\w*|(?:ال)?متصفح\w*|浏览器|瀏覽器|ブラウザー?"
    r"|tarayıcı\w*|przeglądar\w+",
    "video": r"videos?|(?:video|media|flash)\s+player|pemutar|lecteur|reproductor|плеер\w*|видео|(?:ال)?فيديو|مشغل"
    r"|视频|影片|動画|プレーヤー|siaran\s+langsung|live\s*stream\w*",
    "unplayable": r"(?:can\s?not|can['’]t|could\s+not|unable\s+to|is\s+not|isn['’]t)\s+(?:be\s+)?(?:play\w*|load\w*"
    r"|support\w*|available|display\w*)|(?:not|un)supported|tidak\s+(?:dapat|bisa|mendukung)\s*(?:diputar|dimuat"
    r"|ditampilkan|memutar)?|tidak\s+(?:didukung|tersedia)"
    r"|(?:kann|können)\s+nicht\s+(?:\w+\s+)?(?:abgespielt|geladen|angezeigt|wiedergegeben)|nicht\s+(?:unterstützt"
    r"|verfügbar)|ne\s+(?:peut|prend)\s+pas|n['’]est\s+pas\s+(?:disponible|compatible|pris)"
    r"|impossible\s+de\s+(?:lire|charger)|no\s+(?:se\s+)?(?:puede|es\s+compatible|está\s+disponible|admite|soporta)"
    r"|não\s+(?:pode|suporta|é\s+compatível|está\s+disponível)"
    r"|(?:kan|wordt)\s+niet\s+(?:worden\s+)?(?:afgespeeld|geladen|ondersteund)|niet\s+ondersteund|non\s+(?:può"
    r"|è\s+supportat\w+|supporta)|не\s+(?:поддерживает\w*|может\s+быть\s+воспроизвед\w+|удалось|доступ\w+)"
    r"|لا\s+(?:يمكن|يدعم)|غير\s+(?:مدعوم|متاح)|(?:无法|無法|不能|不支持|不支援)(?:播放|加载|載入|显示|顯示)?"
    r"|(?:再生|表示|対応)(?:でき|して(?:い)?)(?:ません|ない)",
    "update": r"(?:update|upgrade|refresh)\s+(?:your|the|to)|perbarui|unduh(?:\s+aplikasi)?|download\s+(?:the"
    r"|our)\s+app|aktualisier\w*|(?:mettez|mettre)\s+à\s+jour|téléchargez|actuali(?:ce|za|zar)|descarg(?:a|ue)\w*"
    r"|atuali(?:ze|zar)|baixe|update\s+(?:je|uw)|werk\s+.{1,20}\s+bij|aggiorna\w*|обновите|скачайте|قم\s+بتحديث"
    r"|حد[ّ]?ث|حم[ّ]?ل\s+(?:ال)?تطبيق|更新(?:您|你|浏览器)|下载|下載|アップデート|更新して|ダウンロード",
    "notify": r"(?:turn\s+on|enable|allow)\s+notifications|(?:nyalakan|aktifkan|izinkan)\s+notifikasi"
    r"|benachrichtigungen\s+(?:aktivieren|einschalten)|activez\s+les\s+notifications|activa\s+las\s+notificaciones"
    r"|ative\s+as\s+notificações|включите\s+уведомления|فعل\s+الإشعارات|开启通知|通知をオン",
    "blocker": r"ad[\s-]?block(?:er|ing)?s?|werbeblocker|bloqueur\s+de\s+pub\w*|bloqueador\s+de\s+(?:anuncios"
    r"|anúncios)|блокировщик\w*\s+рекламы|مانع\s+الإعلانات|广告(?:拦截|屏蔽)\w*|広告ブロック\w*|pemblokir\s+iklan",
    "robot": r"(?:not\s+a|are\s+you\s+a|you\s+are\s+(?:a\s+)?)\s*(?:robot|human)"
    r"|verify(?:ing)?\s+(?:that\s+)?you\s+are|captcha|unusual\s+(?:traffic|activity)|bukan\s+robot"
    r"|verifikasi\s+bahwa\s+anda|kein\s+roboter|pas\s+un\s+robot|no\s+(?:eres|soy|es)\s+un\s+robot|não\s+(?:é"
    r"|sou)\s+um\s+robô|geen\s+robot|не\s+робот|لست\s+روبوت\w*|不是机器人|不是機器人|ロボットでは",
    "reload": r"(?:reload|refresh)\s+(?:the|this)\s+page|muat\s+ulang|seite\s+neu\s+laden|recharg(?:ez"
    r"|er)\s+la\s+page|recarg(?:a|ue|ar)\s+la\s+página|recarregue|pagina\s+(?:opnieuw|vernieuwen)|перезагрузите"
    r"|перезагрузить|أعد\s+تحميل|إعادة\s+تحميل|重新加载|重新載入|刷新|再読み込み",
}  # fmt: skip

_ADDRESSING: Final = re.compile(
    r"\b(?:we|our|you|your|kami|anda|kita|wir|uns|unser\w*|sie|ihr\w*|nous|nos|notre|vous|votre|vos|nuestr\w+"
    r"|usted\w*|tus?|tú"
    r"|nós|noss\w+|você\w*|seu|sua|teu|wij|we|ons|onze|je|jij|jouw|u|uw|noi|nostr\w+|tuo|tua|мы|наш\w*|вы|вас|вам"
    r"|ваш\w*|biz|siz\w*|my|nasz\w*)\b"
    r"|[您你我]|お客様|当社|当サイト|ください|[\u0600-\u06ff](?:نا|ك|كم)\b|आप|हम",
    re.IGNORECASE,
)
"""Words with which a site addresses its readers, or names itself."""


def _compiled(parts: Mapping[str, str]) -> tuple[re.Pattern[str], ...]:
    """A pattern for each part. Latin and Cyrillic words count as a whole only."""
    return tuple(re.compile(rf"(?<![a-zà-ÿа-я0-9])(?:{part})(?![a-zà-ÿа-я])", re.IGNORECASE) for part in parts.values())


_KINDS: Final = (
    (_compiled(_CONSENT), 3),
    (_compiled(_SUBSCRIPTION), 2),
    (_compiled(_PROGRAM), 2),
)
"""The parts of each kind of wall, and how many of them make a paragraph one."""


def without_walls(text: str) -> str:
    """The text without its paragraphs that are walls, and without the headings and buttons round these.

    What follows directly on a wall and is too short for a sentence is one of its buttons; a heading is before it. A
    short text is a wall as a whole if most of its paragraphs have parts of one.
    """
    lines = text.split("\n")
    counts = [_parts(line) for line in lines]
    if len(text) <= _LONGEST_WALL and _is_wall_together(text, lines, counts):
        return ""
    walls = [_is_wall(line, found) for line, found in zip(lines, counts, strict=True)]
    if not any(walls):
        return text
    for position, line in enumerate(lines):
        walls[position] = walls[position] or (position > 0 and walls[position - 1] and _is_label(line))
    for position in range(len(lines) - 2, -1, -1):
        walls[position] = walls[position] or (walls[position + 1] and _is_label(lines[position]))
    return "\n".join(line for line, wall in zip(lines, walls, strict=True) if not wall)


def is_wall(paragraph: str) -> bool:
    """Whether a paragraph addresses the readers of a site instead of reporting."""
    return _is_wall(paragraph, _parts(paragraph))


def _parts(paragraph: str) -> tuple[int, ...]:
    """How many parts of each kind of wall are in a paragraph; none in one that is too long for a wall."""
    if len(paragraph) > _LONGEST:
        return (0,) * len(_KINDS)
    return tuple(sum(part.search(paragraph) is not None for part in parts) for parts, _ in _KINDS)


def _is_wall(paragraph: str, found: tuple[int, ...]) -> bool:
    """Whether there are enough parts; one more is needed where nobody is addressed (`Subscribe to go on reading`)."""
    missing = min(least - count for count, (_, least) in zip(found, _KINDS, strict=True))
    return missing < 0 or (missing == 0 and _ADDRESSING.search(paragraph) is not None)


def _is_wall_together(text: str, lines: Sequence[str], counts: Sequence[tuple[int, ...]]) -> bool:
    said = [sum(found) for line, found in zip(lines, counts, strict=True) if not _is_label(line)]
    telling = sum(found >= _PARTS_OF_ONE for found in said)
    together = sum(_parts(" ".join(lines)[:_LONGEST]))
    return telling * 3 >= len(said) * 2 and together >= _PARTS_TOGETHER and _ADDRESSING.search(text) is not None


def _is_label(line: str) -> bool:
    return len(line) <= _LONGEST_LABEL and not line.endswith((".", "。", "।", "۔"))
