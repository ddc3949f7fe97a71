"""Phrases, by language, with which outlets introduce links to their other articles.

`SEE_ALSO` are beginnings of a line that leads to one other article; `LIST_HEADINGS` are whole lines, above a list of
other articles. The wordings are those on public pages of outlets in each language; regular expressions, case ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SEE_ALSO: Final[Mapping[str, str]] = {
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
    "fi": r"lue\s+(?:myös|lisää)\b",
    "cs": r"čtěte\s+(?:také|též|i)\b|přečtěte\s+si\s+(?:také|též)\b",
    "hu": r"olvass[ao]?n?\s+(?:tovább|még)\b\s*:",
    "tr": r"(?:ayrıca\s+)?(?:oku|bakın)\s*:|ilgili\s+haber",
    "vi": r"xem\s+thêm\b|đọc\s+thêm\b",
    "tl": r"basahin\s*:|basahin\s+din\b",
    "ru": r"(?:читайте|смотрите|читать)\s+(?:также|еще|ещё|далее)\b",
    "uk": r"(?:читайте|дивіться)\s+(?:також|ще)\b",
    "el": r"διαβάστε\s+(?:επίσης|ακόμα|ακόμη|περισσότερα)\b",
    "ar": r"(?:اقرأ|اقرأوا|إقرأ|شاهد)\s+(?:أيضا|أيضاً|أيضًا|المزيد)",
    "fa": r"بیشتر\s+بخوانید",
    "he": r"קראו\s+(?:גם|עוד)",
    "hi": r"(?:ये|यह|इसे)\s+भी\s+(?:पढ़ें|पढ़े|देखें)",
    "bn": r"আরও\s+পড়ুন",
    "ja": r"(?:関連記事|あわせて読みたい|【関連】)",
    "zh": r"(?:相关阅读|相關閱讀|延伸阅读|延伸閱讀|相关新闻|相關新聞|更多新闻)\s*[::]?",
    "ko": r"\[?관련\s?기사\]?",
}
"""How a line begins that only leads to another article."""

_NAMED = r"[^.!?:\n]{2,40}"
"""The section or outlet of `More from …`."""

LIST_HEADINGS: Final[Mapping[str, str]] = {
    "id": r"(?:berita|artikel|topik|konten|tulisan|video|foto|informasi)\s+(?:yang\s+)?"
    r"(?:terkait|lain(?:nya)?|terkini|terbaru|terpopuler|populer|pilihan|rekomendasi|sejenis|serupa"
    r"|menarik(?:\s+lainnya)?)"
    r"|terpopuler|terkini|terbaru|populer|trending(?:\s+(?:topik|hari\s+ini|sekarang))?|jangan\s+lewatkan"
    r"|(?:berita\s+)?paling\s+(?:banyak\s+)?(?:dibaca|dicari|populer|dikomentari)"
    r"|rekomendasi(?:\s+(?:untuk\s+(?:anda|kamu)|untukmu|berita|artikel))?"
    r"|(?:berita\s+)?pilihan\s+(?:redaksi|editor|untukmu|untuk\s+(?:anda|kamu))"
    r"|(?:anda|kamu)\s+mungkin\s+(?:juga\s+)?(?:suka|menyukai|tertarik)|mungkin\s+(?:anda|kamu)\s+(?:suka|tertarik)"
    r"|(?:baca|lihat|simak|tonton)\s+juga(?:\s+(?:video|artikel|berita))?",
    "ms": r"(?:berita|artikel|topik)\s+(?:berkaitan|lain|popular|terkini|pilihan)|paling\s+popular|popular",
    "en": r"related(?:\s+(?:stories|articles?|news|topics?|content|links?|posts|coverage|reading|items|videos?"
    r"|to\s+this))?"
    r"|more\s+(?:stories|news|headlines|articles|coverage|videos|reading|like\s+this|to\s+read|on\s+this(?:\s+\w+)?)"
    rf"|more\s+(?:from|on|about|in)\s+{_NAMED}|(?:read|see|watch)\s+(?:more|next|also|this\s+next)|also\s+read"
    r"|recommended(?:\s+(?:for\s+you|stories|articles|reading|videos))?|you\s+(?:may|might)\s+(?:also\s+)?"
    r"(?:like|enjoy|be\s+interested\s+in|have\s+missed)|(?:most|top)\s+(?:read|popular|viewed|shared|watched|commented)"
    r"(?:\s+(?:stories|articles|news|today|this\s+week))?|popular(?:\s+(?:now|stories|posts|articles|on\s+.{2,30}))?"
    r"|trending(?:\s+(?:now|stories|topics|news|today))?|top\s+(?:stories|news|headlines)"
    r"|latest\s+(?:news|stories|headlines|articles|posts|videos|updates?)|recent\s+(?:posts|articles|stories|news)"
    r"|editor['’]?s['’]?\s+(?:picks?|choice)|don['’]?t\s+miss|what\s+to\s+(?:read|watch)\s+next|up\s+next|read\s+on"
    r"|in\s+other\s+news|further\s+reading|keep\s+reading|(?:sponsored|promoted)\s+(?:content|links|stories)"
    r"|(?:from\s+)?around\s+the\s+web|what\s+others\s+are\s+reading|people\s+also\s+read",
    "de": r"mehr\s+zum\s+thema|(?:passend\s+)?zum\s+thema|auch\s+interessant|lesen\s+sie\s+(?:auch|mehr)|lies\s+auch"
    r"|das\s+könnte\s+(?:sie|dich)\s+(?:auch\s+)?interessieren|(?:verwandte|ähnliche|weitere|beliebte|empfohlene"
    r"|neueste)\s+"
    r"(?:artikel|themen|beiträge|links|nachrichten|meldungen|videos)|meist\s?gelesen(?:e\s+artikel)?|lesetipps?"
    r"|empfehlungen(?:\s+der\s+redaktion)?|aktuelle\s+(?:nachrichten|meldungen)|top-?themen",
    "nl": r"lees\s+(?:ook|meer|verder)|bekijk\s+ook|gerelateerd(?:e\s+(?:artikelen|berichten)|\s+nieuws)?"
    r"|meest\s+gelezen"
    rf"|meer\s+over\s+{_NAMED}|ook\s+interessant|aanbevolen|(?:laatste|meer|ander)\s+nieuws",
    "fr": r"(?:à\s+)?(?:lire|voir|écouter)\s+(?:aussi|également)|(?:articles?|contenus?|sujets?)\s+"
    r"(?:liés|similaires|connexes|associés|recommandés|les\s+plus\s+lus|sponsorisés)|les?\s+plus\s+(?:lus?|consultés)"
    r"|(?:sur|dans)\s+l[ea]\s+même\s+(?:sujet|thème|rubrique)|à\s+découvrir(?:\s+aussi)?|vous\s+aimerez\s+aussi"
    r"|(?:cela|ça)\s+(?:pourrait|peut)\s+(?:aussi\s+)?vous\s+intéresser|pour\s+aller\s+plus\s+loin"
    r"|nos\s+derniers\s+articles"
    r"|recommandés?(?:\s+pour\s+vous)?|dernières\s+(?:nouvelles|actualités|infos)",
    "es": r"(?:(?:noticias?|artículos?|temas?|notas?|contenidos?)\s+)?relacionad[oa]s?|te\s+(?:puede|podría"
    r"|puede\s+que)"
    r"\s+(?:también\s+)?interes(?:ar|e)|también\s+te\s+puede\s+interesar|(?:lo|las)\s+más\s+(?:leíd[oa]s?|vist[oa]s?)"
    r"|(?:lea|lee|leer|vea|ver|mira)\s+(?:también|además|más)|más\s+(?:noticias|leíd[oa]s|vist[oa]s)"
    rf"|más\s+(?:sobre|en|de)\s+{_NAMED}|recomendad[oa]s?|últimas\s+noticias|sigue\s+leyendo|contenido\s+patrocinado",
    "pt": r"(?:(?:notícias|matérias|artigos|posts|conteúdos?|reportagens)\s+)?relacionad[oa]s?|(?:as\s+)?mais\s+"
    r"(?:lidas?|vistas|notícias|populares)|(?:leia|veja|confira|saiba)\s+(?:também|mais)"
    r"|recomendad[oa]s?(?:\s+para\s+você)?"
    r"|você\s+(?:também\s+)?pode\s+(?:se\s+interessar|gostar)|últimas\s+notícias|em\s+alta|continue\s+lendo",
    "it": r"(?:articoli|notizie|contenuti)\s+(?:correlat[ie]|simili|consigliat[ie])|(?:leggi|vedi|guarda)\s+anche"
    r"|(?:ti\s+)?potrebber?o?\s+(?:anche\s+)?interessar(?:e|ti)|(?:i\s+)?più\s+lett[ie]|correlati|(?:ultime"
    r"|altre)\s+notizie",
    "ro": r"cite[sșş]te\s+[sșş]i|vezi\s+[sșş]i|articole\s+(?:similare|recomandate|asemănătoare)|cele\s+mai\s+citite",
    "pl": r"(?:czytaj|zobacz|przeczytaj)\s+(?:też|także|również|więcej)|(?:powiązane|podobne|polecane)"
    r"(?:\s+(?:artykuły|tematy|wpisy))?|najczęściej\s+czytane|najpopularniejsze|polecamy|może\s+cię\s+zainteresować",
    "sv": r"läs\s+(?:också|även|mer)|relaterat|relaterade\s+(?:artiklar|nyheter)|mest\s+läst(?:a)?|senaste\s+nytt",
    "da": r"læs\s+(?:også|mere)|relateret|relaterede\s+artikler|mest\s+læste?|seneste\s+nyt",
    "no": r"les\s+(?:også|mer)|relatert|relaterte\s+(?:artikler|saker)|mest\s+leste?|siste\s+nytt",
    "fi": r"lue\s+(?:myös|lisää)|katso\s+myös|aiheesta\s+(?:lisää|muualla)|luetuimmat",
    "cs": r"čtěte\s+(?:také|též|i|více)|související(?:\s+(?:články|témata))?|nejčtenější|mohlo\s+by\s+vás\s+zajímat",
    "hu": r"kapcsolódó(?:\s+(?:cikkek|hírek))?|legolvasottabb|ajánlott\s+cikkek|olvasta\s+már\?",
    "tr": r"ilgili\s+(?:haber(?:ler)?|içerikler|konular)|(?:ayrıca|bunu\s+da|bunlar\s+da)\s+oku(?:yun)?|(?:en\s+)?çok"
    r"\s+okunan(?:lar)?|ilginizi\s+çekebilir|önerilen(?:ler|\s+haberler)?|benzer\s+haberler",
    "vi": r"(?:tin|bài|bài\s+viết)\s+(?:liên\s+quan|cùng\s+chuyên\s+mục|đọc\s+nhiều|mới\s+nhất|xem\s+nhiều|khác)"
    r"|xem\s+thêm|đọc\s+(?:thêm|nhiều(?:\s+nhất)?)|có\s+thể\s+bạn\s+quan\s+tâm",
    "tl": r"basahin\s+(?:din|rin)|(?:kaugnay|iba\s+pa)\s+na\s+(?:balita|artikulo)|mga\s+kaugnay\s+na\s+balita",
    "ru": r"(?:читайте|смотрите|читать|смотри)\s+(?:также|еще|ещё|далее)|(?:(?:материалы|новости|статьи|публикации"
    r"|еще|ещё)"
    r"\s+)?по\s+теме|(?:похожие|другие|связанные|последние)\s+(?:статьи|новости|материалы)|самое\s+(?:читаемое"
    r"|популярное)"
    r"|популярное|(?:вам\s+)?(?:также\s+)?может\s+быть\s+интересно|новости\s+партн[её]ров|рекомендуем",
    "uk": r"(?:читайте|дивіться)\s+(?:також|ще)|(?:(?:матеріали|новини|статті)\s+)?за\s+темою|(?:схожі|інші|останні)\s+"
    r"(?:статті|новини|матеріали)|(?:най)?популярн(?:е|іше)|вас\s+може\s+зацікавити",
    "el": r"διαβάστε\s+(?:επίσης|ακόμα|ακόμη|περισσότερα)|σχετικά\s+(?:άρθρα|νέα)|δημοφιλή|τελευταία\s+νέα",
    "ar": r"(?:اقرأ|اقرأوا|إقرأ|شاهد|طالع)\s+(?:أيضا|أيضاً|أيضًا|المزيد|كذلك)|(?:أخبار|مواضيع|مقالات|موضوعات|مواد)"
    r"\s+(?:ذات\s+صلة|متعلقة|مرتبطة|مشابهة)|ذات\s+صلة|الأكثر\s+(?:قراءة|مشاهدة|تداولا|تداولاً|شعبية)"
    r"|قد\s+(?:يعجبك|يهمك)(?:\s+أيضا|\s+أيضاً|\s+أيضًا)?|آخر\s+الأخبار|المزيد\s+من\s+الأخبار",
    "fa": r"(?:مطالب|اخبار|خبرهای|مقالات)\s+(?:مرتبط|مشابه)|بیشتر\s+بخوانید|پربازدیدترین(?:\s+(?:اخبار|ها))?"
    r"|آخرین\s+اخبار",
    "he": r"כתבות\s+(?:נוספות|קשורות)|קראו\s+(?:גם|עוד)|(?:הכי\s+נקראות|הנקראות\s+ביותר)",
    "hi": r"(?:ये|यह|इसे)\s+भी\s+(?:पढ़ें|पढ़े|देखें)|संबंधित\s+(?:खबरें|ख़बरें|समाचार|लेख)|(?:अन्य|ताज़ा"
    r"|ताजा)\s+(?:खबरें|ख़बरें|समाचार)",
    "bn": r"আরও\s+পড়ুন|সম্পর্কিত\s+(?:খবর|সংবাদ)|সর্বাধিক\s+পঠিত|সর্বশেষ\s+(?:খবর|সংবাদ)",
    "ja": r"【?関連(?:記事|ニュース|リンク|トピックス|動画)?】?|あわせて読みたい|おすすめ(?:の?記事)?|(?:人気"
    r"|アクセス|閲覧)(?:記事)?ランキング"
    r"|こちらも(?:読まれています|おすすめ)|(?:最新|新着|注目の?)(?:記事|ニュース)|よく読まれている記事",
    "zh": r"(?:相关|相關|推荐|推薦|更多|热门|熱門|最新)(?:阅读|閱讀|新闻|新聞|文章|报道|報導|推荐|推薦|链接|連結"
    r"|内容|內容)"
    r"|延伸[阅閱][读讀]|猜你喜[欢歡]|大家都在看|你可能也?(?:喜欢|喜歡|感兴趣|感興趣)|[编編][辑輯]推[荐薦]",
    "ko": r"\[?(?:관련|많이\s?본|인기|추천|주요)\s?(?:기사|뉴스)\]?|함께\s?읽으면\s?좋은\s?기사",
    "th": r"(?:ข่าว|บทความ|เนื้อหา)ที่เกี่ยวข้อง|อ่านเพิ่มเติม|(?:ข่าว|บทความ)(?:ยอดนิยม|แนะนำ|ล่าสุด)|อ่านข่าวอื่นๆ",
}
"""A whole line above a list of other articles."""

TAG_LABELS: Final = (
    r"tags?|topik|topics?|topik\s+terkait|kata\s+kunci|kategori|label|keywords?|categor(?:y|ies)|filed\s+under"
    r"|posted\s+in"
    r"|schlagw(?:o|ö)rt(?:er|e)?|schlagwörter|themen|rubrik|trefwoorden|mots[- ]clés|étiquettes|thèmes|etiquetas|temas"
    r"|palavras[- ]chave|parole\s+chiave|argomenti|tagi|теги|метки|ключевые\s+слова|теми|etiketler|từ\s+khóa"
    r"|وسوم|كلمات\s+(?:مفتاحية|دلالية)|الكلمات\s+(?:المفتاحية|الدلالية)|标签|標籤|关键词|關鍵字|タグ|キーワード|태그"
)
"""The label of a line of tags or categories."""

AUTHOR_HEADINGS: Final = (
    r"(?:about|more\s+about)\s+the\s+(?:authors?|writers?|reporter)|author\s+(?:bio|profile)|tentang\s+penulis"
    r"|profil\s+penulis"
    r"|über\s+(?:den\s+autor|die\s+autorin|die\s+autoren)|zur\s+person\s+des\s+autors|over\s+de\s+auteur"
    r"|à\s+propos\s+de\s+l['’]auteure?"
    r"|sobre\s+(?:el|la|o|a)\s+autora?|(?:sobre|acerca)\s+(?:del|de\s+la)\s+autora?|sull['’]autore|об?\s+авторе"
    r"|про\s+автора"
    r"|نبذة\s+عن\s+الكاتب|عن\s+الكاتب|关于作者|關於作者|作者[简簡]介|著者プロフィール|筆者プロフィール|yazar\s+hakkında"
)
"""The heading of a note on the author."""
