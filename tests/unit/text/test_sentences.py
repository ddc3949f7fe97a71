"""Where sentences end."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.model import Language
from bot.text.sentences import sentences
from tests.speed import usual_seconds


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("id", "PT. Bank Rakyat Indonesia (Persero) Tbk. naik 3,5 persen.|Kantornya di Jl. Sudirman No. 1."),
        ("id", "Saham PT Telkom Tbk. turun.|Menurut Dr. Ir. H. Joko Widodo, itu wajar."),
        ("id", "“Saya tidak tahu. Dia pergi,” katanya.|Lalu ia diam."),
        ("id", "“Apa?” tanya dia.|“Ya!”|Ia pergi."),
        ("id", "BRUSSELS, KOMPAS.TV - Pihak NATO mengungkapkan.|Nilainya Rp 3.000.000 pada pukul 10.30 WIB."),
        ("id", "Demikian J.K. Rowling dan A. Rahman.|Mereka datang."),
        ("en", "Sen. J. Smith (D-N.Y.) left the U.S. on Monday.|He returned at 5 p.m. Tuesday."),
        ("en", "He lives in the U.S.|The others do not."),
        ("en", "U.S. troops left.|Mr. Kim said so... and left."),
        ("en", "1. First point.|2. Second point."),
        ("de", "Am 28. Oktober kamen sie an.|Dann gingen sie z. B. nach Kursk."),
        ("zh", "习近平说：“我们会来。你好！”|他走了。|对吗？"),
        ("hi", "यह एक वाक्य है।|यह दूसरा है।"),
        ("und", "Satu kalimat.|One more."),
        ("ka", "ის მოვიდა.|ის ჩუმად იყო."),
    ],
)
def test_examples(language: str, marked: str) -> None:
    expected = marked.split("|")
    separator = "" if language == "zh" else " "
    assert list(sentences(separator.join(expected), Language(language))) == expected


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("id", "Pdt. Samuel dan Ust. Karim menemui Wkl. Wali Kota di Kp. Durian.|Warga bubar."),
        ("id", "Mayor Czi. Darto dan Moh. Yasin melapor kepada drg. Lina, Sp.A(K).|Rapat usai."),
        ("id", "Mobil No. Pol. D 77 AB ditahan bersama seorang berinisial R.|Ia diam."),
        ("ms", "Dr. Salmah tinggal di Jln. Mawar, Kg. Pinang.|Beliau diam."),
        ("jv", "Pak Karso manggon ing Jl. Melati No. 8.|Dheweke meneng."),
        ("tl", "Si Gng. Reyes ay nasa Brgy. Malinis.|Tahimik sila."),
        ("en", "Dist. Atty. Ruth Poole met Lt. Col. Ames on Oct. 2 near Ft. Hall.|They agreed."),
        ("de", "Der 1. FC Nordheim und Dipl.-Ing. Kern spielen in der 2. Bundesliga.|Das Spiel ist am 4. Feb. 2027."),
        ("de", "Verurteilt wurde Olga M.|Die Frau schwieg."),
        ("nl", "Mevr. De Wit en dhr. Bos wonen te Zwolle.|Zij zwijgen."),
        ("fr", "Mme. Colin et J.-P. Moreau ont vu Me. Roche.|Ils se taisent."),
        ("es", "La Lcda. Soto dirige RR.HH. en la Avda. Norte núm. 7.|No contesta."),
        ("pt", "A Exma. Sra. Dias mora na Av. Central, n. 40, e ganha aprox. R$ 3 mil.|Ela nega."),
        ("it", "La dott.ssa Fonti e l'avv. Sala vivono in P.zza Nuova n. 3.|Tacciono."),
        ("ro", "Dl. Albu locuiește pe str. Nouă nr. 5, bl. 3.|El tace."),
        ("pl", "O godz. 15 przy ul. Nowej stał ks. Lis i por. Wilk.|Padało."),
        ("cs", "Dne 5. května přišel tzv. svědek a MUDr. Malá z ul. Dlouhé č. 5.|Mlčí."),
        ("hr", "Gđa. Perić živi u ul. Lipa br. 5.|Ona šuti."),
        ("sr", "Проф. Лазић живи у ул. Новој бр. 5.|Он ћути."),
        ("lt", "Prof. Jonas gyvena Naujoji g. 5, t. y. mieste, nuo 2020 m. gruod. 12 dienos.|Jis tyli."),
        ("hu", "Id. Farkas és ifj. Farkas a Fő u. 5. sz. alatt él.|Hallgatnak."),
        ("fi", "Hän tuli n. klo 10 eli 3. tammikuuta, esim. Oy Malli.|Satoi."),
        ("sv", "Hon kom kl. 15 bl.a. till S:t Olof.|Det regnade."),
        ("da", "Hr. Holm bor i Kgs. Enghave.|Han tier."),
        ("tr", "Av. Selin Ak ile Doç. Dr. Can, 2. Dünya Kongresi için Gül Sok. No. 5'e gitti.|Kimse konuşmadı."),
        ("vi", "TS. Lan và PGS.TS. Minh đến TP. Vinh.|Trời mưa."),
        ("ru", "Пожар на ул. Садовой в г. Энск, д. 5, по ст. 208 УК.|Пострадавших нет."),
        ("uk", "У с. Нова Гребля на вул. Лісовій горів дім.|Про це сказав Т. Г. Бойко."),
        ("bg", "Г-н Петков живее в ж.к. Роза, бл. 2, вх. Б.|Той мълчи."),
        ("el", "Ο καθ. Νίκου και ο Αγ. Παύλος, σελ. 4.|Έβρεχε."),
        ("ar", "وصل أ.د. سمير و م. هاني وربحا 5 ملايين د.ك. هذا العام.|ثم غادرا."),
        ("fa", "آقای ا. کریمی آمد.|سپس رفت."),
        ("hi", "प्रो. गुप्ता और ए. के. दास ने रु. 900 दिए।|वे चुप हैं।"),
        ("bn", "ড. করিম এলেন।|তিনি চুপ।"),
        ("ta", "மு. மாறன் வந்தார்.|அவர் பேசவில்லை."),
        ("mr", "तापमान ३८.५ अंश आहे.|ते जास्त आहे."),
        ("th", "พ.ต.ท. มานะ เผยว่าเกิดเหตุเมื่อ 5 ม.ค. 2570"),
        ("ja", "市長は「知らない。聞いていない。」と話した。|会見は終わった。"),
        ("ja", "映画ゴー！の続編が出た。|好評だ。"),
        ("ko", '이 씨는 "모릅니다."라고 말했다.|그는 떠났다.'),
        # https://github.com/joshuaswarren/remnic/issues/2404
        ("ja", "「寒い。」「眠い。」と選手は話した。|規模は６．４だった。|雪が降った。"),
        ("zh", "“请耐心等待。”市长在会上表示。|道路已封闭。"),
        ("zh", "他说：“我不去。”|然后离开了。"),
        # https://github.com/wuisabel-gif/Cadence/issues/10, https://github.com/nltk/nltk/issues/3728
        ("id", "(Bupati itu cuti sejak Senin.)|Wakilnya bertugas…|Sekretaris ikut membantu."),
        ("en", "Norvik (formerly Acme Inc.) and Bolt (est. 1990) merged.|(See below.)|They hire."),
        # https://github.com/nltk/nltk/issues/1210
        ("id", "Korban berinisial S.|Keluarganya pasrah."),
        ("id", "Bantuan tiba pk. 09.15 bersama Kol. Inf. (Purn.) Rusdi.|Warga lega."),
        ("sw", "Dkt. Asha na Bw. Omari walifika.|Walinyamaza."),
        ("en", 'He called it a deal.|"They won," she said.'),
    ],
)
def test_no_sentence_ends_after_an_abbreviation_an_ordinal_or_a_quotation(language: str, marked: str) -> None:
    expected = marked.split("|")
    separator = "" if language in {"ja", "zh"} else " "
    assert list(sentences(separator.join(expected), Language(language))) == expected


def test_a_newline_ends_a_sentence() -> None:
    assert sentences("Judul tanpa titik\nKalimat pertama.\n\n ", Language("id")) == (
        "Judul tanpa titik",
        "Kalimat pertama.",
    )
    assert sentences("", Language("id")) == ()


@given(st.text(st.sampled_from("aA. \n”“\"'?!1。」ก\ud800\x00")) | st.text(st.characters(exclude_categories=["Cs"])))
@example("\ud800")
def test_nothing_but_blanks_is_lost_or_added(text: str) -> None:
    for language in ("id", "en", "ja", "xx"):
        found = sentences(text, Language(language))
        assert all(sentence == sentence.strip() != "" for sentence in found)
        assert "".join("".join(found).split()) == "".join(text.replace("\ud800", "?").split())


@pytest.mark.parametrize("unit", ["“kata ", "A. ", "a", ".", "\n", "kata. ", "北。", "'", "(", "1. "])
def test_long_texts_of_anything_take_a_moment(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    assert usual_seconds(lambda: sentences(text, Language("id"))) < 4
