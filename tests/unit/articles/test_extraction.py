"""Pages of outlets, and pages that are none."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.articles.extraction import extract_page
from bot.model import Extracted, ExtractFailed
from tests.speed import usual_seconds

URL = "https://www.kabar.example/berita/1?utm_source=x"
BODY = "".join(f"<p>Paragraf {n}: warga desa memperbaiki jembatan kayu setelah banjir surut.</p>" for n in range(8))
HEAD = """<title>Jembatan diperbaiki | Kabar</title><link rel="canonical" href="/berita/1">
<meta property="og:title" content="Jembatan diperbaiki"><meta property="og:image" content="/jembatan.jpg">
<meta property="og:site_name" content="Kabar Pagi"><meta name="author" content="Siti Rahma">
<meta property="article:published_time" content="2025-06-16T10:00:00+07:00">"""


def page(head: str = HEAD, body: str = BODY, lang: str = "id-ID") -> str:
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body><nav><a href="/">Beranda</a></nav><article>'
        f"<h1>Jembatan diperbaiki</h1>{body}<script>alert('x')</script></article><footer>2025</footer></body></html>"
    )


def article_of(html: str | bytes, headers: dict[str, str] | None = None) -> Extracted:
    found = extract_page(html.encode() if isinstance(html, str) else html, headers or {}, URL)
    assert isinstance(found, Extracted), found
    return found


def test_an_article_and_what_its_page_says_of_it() -> None:
    article = article_of(page())
    lines = article.text.split("\n")
    assert article.title == "Jembatan diperbaiki"
    assert lines[0] == "Paragraf 0: warga desa memperbaiki jembatan kayu setelah banjir surut."
    assert len(lines) == 8
    assert "alert" not in article.text
    assert (article.language, article.author, article.site) == ("id", "Siti Rahma", "Kabar Pagi")
    assert article.published_at == datetime(2025, 6, 16, 3, tzinfo=UTC)
    assert article.canonical == "https://www.kabar.example/berita/1"
    assert article.image == "https://www.kabar.example/jembatan.jpg"


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("https://kabar.example/berita/2", "https://kabar.example/berita/2"),
        ("https://www.kabar.example/", None),
        ("https://other.example/berita/1", None),
        ("javascript:alert(1)", None),
    ],
)
def test_a_canonical_link_counts_on_its_own_site_only(link: str, canonical: str | None) -> None:
    found = article_of(page(head=f'<link rel="canonical" href="{link}">')).canonical
    assert found is None if canonical is None else found is not None and found.endswith("kabar.example/berita/2")


def test_the_time_of_json_ld() -> None:
    head = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2025-06-16T10:00:00Z"}</script>'
    assert article_of(page(head=head)).published_at == datetime(2025, 6, 16, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("encoding", "head", "header"),
    [
        ("utf-8", '<meta charset="iso-8859-1">', "text/html; charset=iso-8859-1"),
        ("windows-1251", '<meta charset="windows-1251">', ""),
        ("windows-1251", "", "text/html; charset=windows-1251"),
        ("utf-16", "", ""),
    ],
)
def test_characters(encoding: str, head: str, header: str) -> None:
    text = "".join(f"<p>{n}. Жители деревни починили деревянный мост после наводнения.</p>" for n in range(5))
    assert "Жители деревни" in article_of(page(head=head, body=text).encode(encoding), {"content-type": header}).text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"plain words without any markup",
        b"%PDF-1.7 binary",
        b"<html><body><p>Accept cookies</p></body></html>",
        b"<!--" * 1000,
        b"\x00\x01<\xff\xfe>" * 100,
    ],
)
def test_what_is_no_article_is_a_failure_with_a_reason(body: bytes) -> None:
    found = extract_page(body, {}, URL)
    assert isinstance(found, ExtractFailed)
    assert found.reason


def test_deep_and_huge_pages_end() -> None:
    def extract() -> None:
        bodies = (b"<div>" * 200_000, b"<b><i>" * 100_000 + BODY.encode(), b"<p>kata " * 200_000, b"<table>" * 20_000)
        for body in bodies:
            found = extract_page(body, {}, URL)
            assert isinstance(found, ExtractFailed) or len(found.text) <= 200_000

    assert usual_seconds(extract) < 5


WALLS = """
id Situs ini memakai kuki untuk iklan sesuai minat Anda. Tekan Setuju agar kami dan mitra mengolah data pribadi.
id Artikel ini khusus untuk pelanggan. Masuk atau daftar, lalu berlangganan untuk melanjutkan membaca.
id Peramban Anda tidak mendukung JavaScript. Aktifkan JavaScript lalu muat ulang halaman ini untuk membaca.
en We and our 1,204 partners store information on your device to show personalised ads. Accept or manage consent.
en You have no free articles left this month. Subscribe today to keep reading, or log in if you are a member.
en This video cannot be played. Update your browser or turn on notifications to watch our live streams anywhere.
de Wir und unsere Partner speichern Cookies auf Ihrem Gerät und verarbeiten mit Ihrer Einwilligung Daten daraus.
de Dieser Artikel ist exklusiv für Abonnenten. Jetzt ein Abo wählen und sofort weiterlesen. Hier anmelden.
fr Avec votre accord, nos partenaires et nous utilisons des cookies et traitons des données personnelles ici.
fr La suite est réservée aux abonnés. Déjà abonné ? Connectez-vous pour poursuivre la lecture de votre journal.
es Nosotros y nuestros socios utilizamos cookies para mostrar publicidad según sus datos de navegación de hoy.
es Contenido exclusivo para suscriptores. Suscríbete por 1 € al mes para seguir leyendo o inicia sesión ahora.
pt Nós e nossos parceiros usamos cookies para tratar dados pessoais. Ao clicar em aceitar, você concorda com isso.
nl Wij en onze 89 partners gebruiken cookies om persoonsgegevens te verwerken, met jouw toestemming uiteraard.
ru Мы и наши партнёры используем файлы cookie и обрабатываем ваши персональные данные для показа рекламы здесь.
ru Этот материал доступен только по подписке. Оформите её, чтобы читать дальше, или войдите, если она уже есть.
ar نستخدم نحن وشركاؤنا ملفات تعريف الارتباط لمعالجة البيانات الشخصية وعرض الإعلانات وفق سياسة الخصوصية.
zh 我们和合作伙伴使用Cookie来处理您的个人信息并展示个性化广告。点击同意即表示您接受我们的隐私政策。
ja この記事は有料会員限定です。続きをお読みいただくには、ログインまたは購読をお申し込みください。
"""


@pytest.mark.parametrize("line", WALLS.strip().split("\n"))
def test_a_wall_is_no_article_whatever_the_page_is_called(line: str) -> None:
    language, wall = line.split(" ", 1)
    for element in ("div", "article", "main"):
        said = f"<{element}><h1>{wall[:30]}</h1><p>{wall}</p><p>{wall}</p></{element}>"
        html = f"<html lang='{language}'><head><title>{wall[:30]}</title></head><body>{said}"
        found = extract_page(html.encode(), {"content-type": "text/html; charset=utf-8"}, URL)
        assert isinstance(found, ExtractFailed)


def test_a_consent_dialog_beside_the_article_is_no_part_of_it() -> None:
    dialog = '<div id="onetrust-consent-sdk"><p>Nous respectons tout le monde et aussi les chats.</p></div>'
    assert "chats" not in article_of(page(body=dialog + BODY)).text


def test_an_article_about_consent_keeps_its_paragraphs() -> None:
    body = (
        "<p>Regulator itu mendenda tiga toko daring karena memasang kuki tanpa persetujuan pengunjung.</p>"
        "<p>Data pribadi 2 juta orang dipakai untuk iklan, kata ketua lembaga perlindungan data di Jakarta, Senin.</p>"
    )
    text = article_of(page(head="<meta property='og:title' content='Toko daring didenda soal kuki'>", body=body)).text
    assert "memasang kuki tanpa persetujuan" in text
    assert "Data pribadi 2 juta orang" in text


CARDS = "".join(
    f'<div class="card"><h3><a href="/berita/{n}">Berita nomor {n} tentang pelabuhan yang lain</a></h3>'
    f"<p>Ringkasan {n}: kapal nomor {n} tiba di pelabuhan dan bongkar muat berjalan.</p></div>"
    for n in range(2, 9)
)
POSTS = "".join(
    f'<section class="post"><time datetime="2025-06-16T{n}:00">{n}.00</time><p>Pukul {n}: perahu karet nomor {n} '
    f"berangkat membawa bantuan dan obat ke desa seberang sungai.</p></section>"
    for n in range(10, 18)
)


@pytest.mark.parametrize(
    "listed",
    [
        CARDS,
        CARDS.replace("<h3>", "").replace("</h3>", ""),
        CARDS.replace('<div class="card"><h3>', '<li><a href="/foto"><img src="x.jpg"></a><h3>').replace(
            "</div>", "</li>"
        ),
        POSTS,
    ],
)
def test_a_page_that_is_only_a_list_is_no_article(listed: str) -> None:
    html = f"<html><head><title>Pelabuhan</title></head><body><main><h1>Pelabuhan</h1>{listed}</main></body></html>"
    assert isinstance(extract_page(html.encode(), {}, URL), ExtractFailed)


@pytest.mark.parametrize("listed", [CARDS, POSTS])
def test_a_list_below_an_article_is_no_part_of_it(listed: str) -> None:
    assert article_of(page(body=f"{BODY}<div>{listed}</div>")).text == article_of(page()).text


def test_of_several_articles_on_a_page_the_one_with_its_title_counts() -> None:
    other = "".join(f"<p>Alinea {n}: petani cabai di lereng gunung memanen lebih awal tahun ini.</p>" for n in range(8))
    more = f"</article><article><h1>Cabai dipanen lebih awal</h1>{other}"
    assert article_of(page(body=BODY + more)).text == article_of(page()).text


def test_several_articles_none_of_which_has_the_title_are_no_article() -> None:
    articles = "".join(
        f"<article><h2>Cerita {name}</h2>"
        + "".join(f"<p>Bagian {n} dari cerita {name} tentang kota yang jauh di seberang.</p>" for n in range(8))
        + "</article>"
        for name in ("bulan", "laut")
    )
    html = f"<html><head><title>Jurnal Harian</title></head><body>{articles}</body></html>"
    assert isinstance(extract_page(html.encode(), {}, URL), ExtractFailed)


def test_a_live_blog_is_no_article() -> None:
    head = '<script type="application/ld+json">{"@type": ["LiveBlogPosting"], "headline": "Jembatan"}</script>'
    assert isinstance(extract_page(page(head=HEAD + head).encode(), {}, URL), ExtractFailed)


def test_an_article_in_an_aside_is_found() -> None:
    html = f"<html lang='id'><head>{HEAD}</head><body><nav>Depan</nav><aside><h1>Jembatan diperbaiki</h1>{BODY}</aside>"
    assert article_of(html).text.split("\n")[0].startswith("Paragraf 0")


BODY_LINES = [f"Paragraf {n}: warga desa memperbaiki jembatan kayu setelah banjir surut." for n in range(4)]
IN_ONE = " ".join(BODY_LINES)
EMPTY = "<html lang='id'><head>{head}</head><body><div id='root'></div>{data}</body></html>"


LINKED = '<script type="application/ld+json">{}</script>'
BUILT = {
    "props": {
        "story": {"headline": "Jembatan diperbaiki", "content": [{"type": "p", "text": line} for line in BODY_LINES]},
        "more": [{"title": "Panen cabai", "content": "Petani cabai di lereng gunung memanen lebih awal tahun ini."}],
    }
}
MARKUP = "".join(f"<p>{line}</p>" for line in BODY_LINES)


@pytest.mark.parametrize(
    "data",
    [
        LINKED.format(json.dumps({"@type": "NewsArticle", "articleBody": IN_ONE})),
        LINKED.format(json.dumps([{"@type": "NewsArticle", "articleBody": BODY_LINES}])),
        LINKED.format(json.dumps({"@graph": [{"@type": "Organization"}, {"@type": "Article", "articleBody": MARKUP}]})),
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(BUILT)}</script>',
        f"<script>window.__STATE__ = {json.dumps({'a': {'title': 'Jembatan diperbaiki', 'html': MARKUP}})};</script>",
        f"<script>self.__next_f.push({json.dumps([1, '7:' + json.dumps(['$', BUILT])])})</script>",
    ],
)
def test_an_article_that_is_only_in_the_data_of_its_page_is_found(data: str) -> None:
    article = article_of(EMPTY.format(head=HEAD, data=data))
    assert "".join(BODY_LINES).replace(" ", "") == article.text.replace("\n", "").replace(" ", "")
    assert article.title == "Jembatan diperbaiki"


def test_what_no_reader_sees_is_no_text() -> None:
    hidden = "<p hidden>Rahasia satu.</p><p class='sr-only'>Bagikan tulisan ini.</p><p style='display: none'>Dua.</p>"
    assert article_of(page(body=BODY + hidden)).text == article_of(page()).text


def test_reading_aids_above_characters_are_no_text() -> None:
    ruby = "<ruby>市長<rp>(</rp><rt>しちょう</rt><rp>)</rp></ruby>は橋の工事を始めると発表した。"
    head = "<meta property='og:title' content='市長が橋の工事を発表'>"
    assert "市長は橋の工事を始めると発表した。" in article_of(page(head=head, body=f"<p>{ruby}</p>" * 2 + BODY)).text


def test_a_time_within_a_sentence_stays_there() -> None:
    body = (
        BODY
        + "<p>Peresmian pada <time datetime='2025-08-17'>17 Agustus</time> pukul <time>9.00</time> di balai desa.</p>"
    )
    assert article_of(page(body=body)).text.endswith("Peresmian pada 17 Agustus pukul 9.00 di balai desa.")


@pytest.mark.parametrize(
    "beside",
    [
        "<aside><a href='/x'>Lain <time datetime='2025-11-30T09:00:00Z'>tadi</time></a></aside>",
        "<header><ul><li><time datetime='2025-11-30T09:00:00Z'>tadi</time> <a href='/x'>Lain</a></li></ul></header>",
    ],
)
def test_the_time_of_another_article_is_not_that_of_this_one(beside: str) -> None:
    head = "<title>Jembatan diperbaiki</title>"
    assert article_of(page(head=head).replace("<footer>2025", f"{beside}<footer>")).published_at is None
    timed = BODY + "<time datetime='2025-06-16T03:00:00Z'>16 Juni</time>"
    html = page(head=head, body=timed).replace("<nav>", f"{beside}<nav>")
    assert article_of(html).published_at == datetime(2025, 6, 16, 3, tzinfo=UTC)


def test_the_time_of_an_item_of_a_list_in_json_ld_is_not_that_of_the_article() -> None:
    items = {"@type": "ItemList", "itemListElement": [{"headline": "Lain", "datePublished": "2025-11-30T09:00:00Z"}]}
    own = {"@type": "NewsArticle", "headline": "Jembatan diperbaiki", "datePublished": "2025-06-16T03:00:00Z"}
    head = "<title>Jembatan diperbaiki</title>" + LINKED.format(json.dumps(items)) + LINKED.format(json.dumps(own))
    assert article_of(page(head=head)).published_at == datetime(2025, 6, 16, 3, tzinfo=UTC)


def test_unknown_elements_are_blocks_and_the_title_before_the_first_sentence_goes() -> None:
    body = "".join(f"<x-par>{line}</x-par>" for line in BODY_LINES)
    html = f"<html lang='id'><head>{HEAD}</head><article><h1>Jembatan diperbaiki</h1><x-body>{body}</x-body></article>"
    assert article_of(html).text.split("\n") == BODY_LINES


def test_a_text_that_is_on_the_page_twice_is_taken_once() -> None:
    twice = f"<div class='desktop'>{BODY}</div><div class='mobile'>{BODY}</div>"
    assert article_of(page(body=twice)).text == article_of(page()).text


@pytest.mark.parametrize("named", ["<meta property='og:title' content='Kabar Pagi'>", ""])
def test_the_name_of_the_outlet_is_no_title(named: str) -> None:
    head = f"<title>Jembatan diperbaiki | Kabar Pagi</title>{named}"
    logo = "" if named else "<h1><a href='/'>Kabar Pagi</a></h1>"
    html = f"<html lang='id'><head>{head}</head><body>{logo}<article><h2>Jembatan diperbaiki</h2>{BODY}</article>"
    article = article_of(html)
    assert article.title == "Jembatan diperbaiki"
    assert article.text.startswith("Paragraf 0")
