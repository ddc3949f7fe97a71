"""Which language a text is in. Long runs over real news are in `test_language_quality`."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import UNDETERMINED, Language
from bot.text.language import detect, detect_together, language_code, language_name
from tests.speed import usual_seconds

ID, EN, MS = Language("id"), Language("en"), Language("ms")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Pasukan itu telah tiba di wilayah Kursk dan akan dikirim ke garis depan, kata pejabat tersebut.", "id"),
        ("Tentera itu telah tiba di wilayah Kursk selepas dihantar, kata jurucakap kerajaan kerana bimbang.", "ms"),
        ("The troops have arrived in the region and will be sent to the front, officials said.", "en"),
        ("Die Soldaten sind in der Region angekommen und sollen an die Front geschickt werden.", "de"),
        ("De troepen zijn aangekomen in de regio en worden naar het front gestuurd, zegt hij.", "nl"),
        ("Les troupes sont arrivées dans la région et seront envoyées au front, selon un responsable.", "fr"),
        ("Las tropas han llegado a la región y serán enviadas al frente, según el gobierno.", "es"),
        ("As tropas chegaram à região e serão enviadas para a frente, disse o governo. Não há dúvida.", "pt"),
        ("Le truppe sono arrivate nella regione e saranno inviate al fronte, secondo il governo.", "it"),
        ("Askerler bölgeye ulaştı ve cepheye gönderilecek, dedi bir yetkili. Bu çok önemli bir gelişme.", "tr"),
        ("Quân đội đã đến khu vực này và sẽ được gửi ra mặt trận, theo các quan chức.", "vi"),
        ("Войска прибыли в регион и будут отправлены на фронт, сообщили власти. Это было в среду.", "ru"),
        ("Війська прибули до регіону і будуть відправлені на фронт, повідомили чиновники.", "uk"),
        ("وصلت القوات إلى المنطقة وسيتم إرسالها إلى الجبهة بعد أن قال المسؤولون ذلك", "ar"),
        ("نیروها به منطقه رسیده‌اند و به جبهه فرستاده خواهند شد، مقام‌ها این را گفتند", "fa"),
        ("सैनिक क्षेत्र में पहुंच गए हैं और उन्हें मोर्चे पर भेजा जाएगा", "hi"),
        ("部队已抵达该地区,将被派往前线", "zh"),
        ("部隊は地域に到着し、前線に送られる予定だ", "ja"),
        ("군대가 지역에 도착했으며 전선으로 보내질 것이다", "ko"),
        ("ทหารเดินทางมาถึงพื้นที่แล้ว", "th"),
        ("Οι στρατιώτες έφτασαν στην περιοχή", "el"),
    ],
)
def test_sentences_are_recognized(text: str, language: str) -> None:
    assert detect(text) == language


def test_a_wrong_declaration_is_contradicted_and_a_likely_one_believed() -> None:
    indonesian = "Pasukan itu telah tiba di wilayah Kursk dan akan dikirim ke garis depan karena kalah."
    assert detect(indonesian, EN) == "id"
    assert detect("部队已抵达该地区", EN) == "zh"
    assert detect("Persib 3-0 Arema", ID) == "id"
    assert detect("Elon Musk", Language("de")) == "de"
    assert detect("Hari ini kami mengadakan rapat.", MS) == "ms"
    assert detect("Syarikat itu berkata peratus kerana polis dan kerajaan selepas mangsa", ID) == "ms"


def test_a_text_without_letters_has_the_declared_language_or_none() -> None:
    assert detect("2024: 10.000 — 3,5 % 🎉") == UNDETERMINED
    assert detect("", ID) == "id"
    assert detect("", None) == UNDETERMINED


@given(st.text(st.characters(exclude_categories=[])), st.sampled_from([None, ID, Language("zh"), Language("xx")]))
def test_any_string_has_a_language(text: str, declared: Language | None) -> None:
    assert 2 <= len(detect(text, declared)) <= 3


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert usual_seconds(lambda: detect("dan yang kata " * 700_000)) < 0.5


def test_what_few_words_do_not_tell_the_other_texts_of_the_feed_do() -> None:
    news = "Pasukan itu telah tiba di wilayah Kursk dan akan dikirim ke garis depan, kata pejabat."
    together = [(news, None), ("Lp 67", None), ("Москва 24", None), (f"{news} Mereka menunggu.", None)]
    assert detect_together(together)[:2] == ("id", "id")
    assert detect_together(together)[2] != "id"  # in letters that it is not written in
    assert detect_together([("The army said on Monday that it had seen them.", None), (news, None)]) == ("en", "id")
    assert detect_together([]) == ()


def test_the_detector_stays_unloaded_for_usual_articles() -> None:
    program = (
        "import sys; from bot.text.language import detect; "
        "detect('Pasukan itu telah tiba di wilayah Kursk dan akan dikirim ke garis depan, kata pejabat.'); "
        "detect('Persib 3-0 Arema', 'id'); detect('北朝鲜'); print('py3langid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en-US", "en"),
        ("id_ID", "id"),
        ("in", "id"),
        ("ID", "id"),
        ("zh-Hant-TW", "zh"),
        ("fil", "tl"),
        ("eng", "en"),
        ("", None),
        ("indonesia", None),
        ("und", None),
        ("x-klingon", None),
        ("e\ud800", None),
    ],
)
def test_language_tags(tag: str, code: str | None) -> None:
    assert language_code(tag) == code


def test_languages_have_names_for_the_reader() -> None:
    assert language_name(Language("ko"), ID) == "Korea"
    assert language_name(Language("ko"), EN) == "Korean"
    assert language_name(Language("de"), Language("fr")) == "German"
    assert language_name(Language("km"), ID) == "Khmer"
    assert language_name(Language("qq"), ID) == "qq"
