"""Words that news of any kind is written with: verbs of reporting, times of day, titles of people, parts of names.

Written for this project, folded. They are left out where people are told what two articles share, and bound names
there; judging does not use them.
"""

from __future__ import annotations

from functools import cache

from bot.model import Language

_REPORTING = """
    pungkas pungkasnya tukas tukasnya tandas tandasnya urai urainya cetus cetusnya bebernya akunya sambung sambungnya
    menurutnya harapnya pesannya
    ujar ujarnya kata katanya mengatakan dikatakan berkata tutur tuturnya menuturkan jelas jelasnya menjelaskan
    dijelaskan ungkap ungkapnya mengungkapkan diungkapkan mengungkap sebut sebutnya menyebut menyebutkan menyebutnya
    disebut disebutkan tambah tambahnya menambahkan ditambahkan tegas tegasnya menegaskan ditegaskan papar paparnya
    memaparkan dipaparkan terang terangnya menerangkan diterangkan imbuh imbuhnya ucap ucapnya mengucapkan kutip
    dikutip mengutip lansir dilansir melansir beber membeberkan dibeberkan nilai menilai dinilai sampaikan
    menyampaikan disampaikan nyatakan menyatakan dinyatakan pernyataan keterangan keterangannya beritahu memberitahu
    lapor melaporkan dilaporkan laporan laporannya tulis tulisnya menulis ditulis bicara berbicara membicarakan
    komentar berkomentar tanggap menanggapi ditanggapi tanggapan akui mengakui diakui klaim mengklaim diklaim simak
    baca berikut antara artikel berita detik jurnalis wartawan reporter konfirmasi mengonfirmasi mengkonfirmasi
    dikonfirmasi meminta minta pesan berpesan bahas membahas kabarkan mengabarkan dikabarkan kabar kemarin lusa
    besok pagi siang sore malam dinihari kini sekarang nanti pukul pekan minggu bulan jam menit terkait langsung
    pihak pihaknya lanjut lanjutnya melanjutkan selanjutnya adanya namanya foto say says said saying tell tells told
    telling add adds added adding according report reports reported reporting reportedly reporters news newspaper
    article state states stated stating statement statements announce announces announced announcement note notes
    noted claim claims claimed claiming ask asks asked explain explains explained comment comments commented confirm
    confirms confirmed describe described mention mentioned quote quoted write writes wrote written speak speaks
    speaking spoke talk talks talked reply replied respond responded insist insisted argue argued warn warned
    suggest suggested admit admitted declare declared spokesman spokeswoman spokesperson journalist journalists
    source sources today yesterday tomorrow tonight morning afternoon evening night week weeks month months hour
    hours minute minutes day days year years photo image updated update read earlier later including include
    included orang persen ribu juta miliar triliun kilometer percent miles mile kilometers people person thousand
    million billion сообщил сообщила сообщили сообщает сообщают сообщении сообщается заявил заявила заявили отметил
    отметила отметили рассказал рассказала рассказали добавил добавила говорит сказал сказала пишет подчеркнул
    уточнил передает словам sagte sagt sagten erklarte teilte berichtet berichtete laut heute gestern
"""
REPORTING_WORDS = frozenset(_REPORTING.split())
"""Verbs and nouns of saying and reporting, and of the time of a report, in Indonesian, English, Russian and German."""

_TITLES = """
    presiden wapres capres cawapres menteri wamen wakil mantan menko menkeu menlu menhan mendagri menhub menkes
    mensesneg seskab deputi sekjen sekretaris gubernur wagub bupati wabup walikota wali camat lurah kapolri kapolda
    kapolres kapolsek kasatreskrim kabid humas panglima jenderal letjen mayjen brigjen kolonel letkol mayor kapten
    irjen kombes kompol akbp akp iptu ipda aiptu jubir juru ketua kepala direktur dirut dirjen ceo komisaris jaksa
    hakim pelatih kiper bek gelandang striker pemain ustaz kiai kh prof profesor dr drs ir hj haji bapak pak ibu bu
    mas mbak sdr tuan nyonya anggota pengacara pengamat aktivis artis aktor aktris penyanyi perdana president vice
    minister premier secretary senator sen representative rep congressman congresswoman governor gov chief chairman
    chairwoman chair director manager coach captain capt coordinator commissioner judge attorney prosecutor
    sheriff undersheriff deputy officer detective sergeant sgt lieutenant lt colonel col general gen professor
    doctor mr mrs ms miss sir lord lady dame former actor actress singer quarterback cornerback linebacker spokesman
    spokeswoman spokesperson ambassador envoy chancellor analyst президент президента президентом президенту премьер
    министр министра глава главы вице губернатор депутат директор prasident prasidentin kanzler kanzlerin ministerin
    herr frau
"""
TITLES = frozenset(_TITLES.split())
"""Titles and trades that stand before a name and are no part of it. In German and Russian a few."""

_OFFICES = """
    luar dalam negeri pertahanan keuangan kesehatan pendidikan agama hukum ham perdagangan perindustrian energi
    sumber daya mineral pertanian kehutanan kelautan perikanan ketenagakerjaan sosial perhubungan komunikasi digital
    informatika pariwisata ekonomi koordinator bidang politik keamanan polkam investasi pekerjaan umum koperasi
    lingkungan hidup negara kabinet jenderal agung tinggi daerah kota bicara operasional utama of the for and
    foreign affairs defense defence finance state interior health education justice treasury trade energy prime
    executive general police fire operating financial editor minister иностранных дел обороны
"""
OFFICES = frozenset(_OFFICES.split())
"""What may follow a title and belongs to it: `Menteri Luar Negeri`, `Secretary of State`."""

BEGIN_NAMES = frozenset(["new", "may", "first", "two", "los", "las"])
"""Function words that names begin with: `New York`."""

_BODIES = """
    kementerian dinas badan komisi direktorat lembaga departemen asosiasi pusat balai ministry department office
    committee commission agency institute center association bureau министерство министерства министерстве
"""
BODIES = frozenset(_BODIES.split())
"""Organizations whose names often have an `and`: `Kementerian Kelautan dan Perikanan`."""
ABBREVIATED = frozenset(["st", "mt", "ft", "jr", "sr"])
"""What has a full stop within a name: `St. Petersburg`."""
COUNTRY_INITIALS = frozenset(["as", "ri", "us", "uk", "uea", "uae", "eu", "рф", "сша", "usa"])
AND = frozenset(["dan", "and", "und", "en", "et", "и"])

_ZONES = "wib wita wit gmt utc am pm est edt pst pdt cet bst"
ZONES = frozenset(_ZONES.split())
"""What follows a time of day."""

_PARTICLES = "bin binti ibn abu van von der den ter de del della dos al el of the da di du la le"
_WITHIN_NAMES = frozenset(_PARTICLES.split())
_JOINING = {
    "id": "di da du la le the",
    "ms": "di da du la le the",
    "de": "der den la le el da di du the",
    "nl": "of la le el da di du the",
    "it": "la le da al di del della the",
    "fr": "la le du al the",
    "es": "la le al el del the",
    "pt": "da a dos la le the",
}
"""What joins two names rather than parts of one, as `di` (in) does in Indonesian."""


@cache
def particles(language: Language) -> frozenset[str]:
    """Small words inside names (`Muhammad bin Salman`, `Bank of England`), without those that join two names."""
    return _WITHIN_NAMES.difference(_JOINING.get(language, "").split())
