"""Abbreviations after whose full stop a sentence does not end, by language.

Written for this project: no maintained table under a permissive licence has Indonesian, Turkish or Vietnamese ones, and
the suppressions of the CLDR (https://cldr.unicode.org/, common/segments) exist for eight languages and contain ordinary
words ("Is.", "Do.", "Test."). An entry in lower case is found however it is capitalized; one with a capital only as it
is written here: in English `Rep.` is a title, and `rep.` ends a sentence about a salesman.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from functools import cache

from bot.model import Language
from bot.text.locales import day_abbreviations, month_abbreviations


class Abbreviation(Enum):
    """What an abbreviation is followed by within its sentence."""

    NAME = auto()
    """Anything: a title, a rank, a kind of street stands before a name."""
    NUMBER = auto()
    """A number: `no. 5`. Before another word its full stop ends the sentence. The months and days of the CLDR too."""
    LAST = auto()
    """Mostly anything (`Tbk.`, `Inc.`), but before a function word with a capital its full stop ends the sentence."""


_NAME = {
    "": "dr dra prof mr mrs ms mme mlle mgr msgr vs cf Sta Sto Lt Col Gen Maj Sgt Capt Cmdr Adm Brig a.n",
    "id": """
        moh muh purn pt cv ud jl jln jend gg ir drs hj hjh kh tgk ust pdt rm bpk bp sdr sdri tn ny nn rt rw kec kab
        kel kol prov kp kpg wkl plt plh pj letkol letda lettu letjen mayjen brigjen komjen irjen kombes kompol akbp
        akp ipda iptu aiptu aipda bripka briptu bripda serda sertu serka serma kopda koptu kopka pratu prada praka
        kapt peltu pelda laksda laksdya laksma marsda marsdya marsma ybs yth alm almh jkt u.p u.b d.a c.q s.d d.h Rd
        Apt
    """,
    "ms": """
        jln lrg kg tmn kpt kol kpl sjn insp supt tn pn hj hjh ust ustz tg sg bhg mohd muhd abd y.b y.a y.a.b y.bhg y.m
    """,
    "jv": "jl jln ir drs hj kec kab kel bpk bp rm",
    "su": "jl jln ir drs hj kec kab kel bpk bp",
    "tl": "gng bb gg brgy atty engr kgg pang G Sen Rep Gov Kap Hen Dir Sec Usec",
    "en": """
        messrs mx ret com sen sens gov govs pres supt det insp cpl pvt pfc amb atty asst assoc approx est viz v e.g
        i.e brig cllr Rep Reps Rev Hon Fr Sec Dir Mt Ft Pt Sr Spc Ofc Wm Geo Chas Bros
    """,
    "de": """
        hr hrn frl fam dipl ing med phil jur habil präs vors stv stellv inst ges bgm kard evtl ggf bzw sog vgl bspw
        inkl exkl zzgl einschl insb ehem geb verh österr schweiz frz engl amerik durchschn rd u.a z.b d.h o.g sen jun
        ev kath gebr univ Fr Fa Hl Abg Reg Ltn Hptm Oblt Pfr Komm Erzb Bez Hbf Dir Mag
    """,
    "nl": """
        dhr mevr mw mej drs ir ing bc ds kard jhr gebr fam burg wethoudr bijv resp vgl incl excl o.a d.w.z t.a.v m.b.t
        z.g
    """,
    "af": "mnr mev mej ds adv genl kol kapt bv o.a m.a.w",
    "fr": """
        mmes mlles mgr vve ets ste sté bd boul cf env c.-à-d p.ex éd trad M Me Mes Pr Prs Av Gal Gén Cdt Cne Cie Pl
        Rte Amb Préf Dép Sén J.-C MM
    """,
    "es": """
        transv asent Mag Mz profe sra sres sras srta srtas dña dres dras lic lcdo lcda ldo lda licda ing arq profa
        mtro mtra gral cnel tte tcnel sgto cmdte pdte excmo excma ilmo ilma rvdo rvda mons av avda ctra edif urb dpto
        depto hnos cía aprox p.ej Sr D Dª Da Fr Cap Cptn Alm Gob Dip Sen Abog Psic Pza Plza Prov Mpio C
    """,
    "ca": "sra srs srta gral mn excm excma av avda pg ctra rbla aprox Sr Pl St C",
    "pt": """
        Me transv urb sra srs sras srta dras profa eng enga engª arq adv exmo exma ilmo ilma cel ten gen brig sgt insp
        pça trav aprox p.ex Sr D Cap Alm Maj Del Des Min Dep Sen Gov Ver Pe Fr Mons S Av Al R Tv Rod Est Lgo Jd Cia Ed
        Pref Pres
    """,
    "it": """
        sig sigg sig.ra sig.na dott dott.ssa prof.ssa avv ing arch geom rag mons brig serg amm p.zza c.so v.le l.go
        spett egr gent f.lli On on Sen Cav Comm Gen Col Cap Ten Magg Mar Pres Min S Ss Rev
    """,
    "ro": """
        arh dl dlui dna dnei dra univ conf asist ing ec bd bdul șos sos str sf pr aprox mun jud plt cpt ips ps Av Gen
        Col Al Min Com Bd
    """,
    "pl": """
        hab inż mgr med ks bp abp kard św bł płk ppłk mjr kpt por ppor sierż asp podkom nadkom insp nadinsp kom adw
        mec red dyr woj gm ul al pl wg ok tzw tj tzn np m.in pow sędz
    """,
    "cs": """
        pí sl ing bc mudr judr phdr rndr mvdr paeddr pharmdr doc plk pplk mjr kpt npor sv ul nám nábř obv okr tzv např
        tj resp mj vč zejm popř příp arch p Mgr
    """,
    "sk": "pí sl ing bc mudr judr phdr rndr mvdr doc plk mjr kpt sv ul nám tzv napr tj t.j resp mj okr arch p Mgr",
    "hr": "g gosp gđa gđica sc mr doc dipl ing akad bojn sv ul npr tj tzv odn",
    "bs": "g gosp gđa sc mr doc dipl ing akad sv ul npr tj tzv",
    "sl": "g gdč mag doc izr inž univ dipl akad sv ul npr tj t.i oz c Ga",
    "sr": "г гђа проф доц акад ген св ул бул нпр тј тзв g gđa ul sv npr tj tzv др",
    "mk": "г г-ѓа д-р проф акад ген св ул бул т.е т.н",
    "bg": "г-н г-жа г-ца д-р инж арх проф доц акад ген полк св ул бул гр общ обл жк кв т.нар с",
    "ru": """
        ул просп пр-т пер пл бул бульв наб туп пос дер ст-ца обл р-н мкр мкрн корп проф акад доц чл ген полк подполк
        кап лейт серж адм св прп митр архиеп прот гр-н гр-ка напр т.е т.н т.наз т.к о-в зав зам дир пом инж англ лат
        пр д с п м о ок ред гл
    """,
    "uk": """
        вул просп пр-т пров пл бул бульв наб обл р-н мкр буд корп ім проф акад доц ген полк підполк кап лейт серж св
        митр архієп прот гр-н напр т.зв о-в зав заст дир інж кер англ нім лат см смт м с п о пп
    """,
    "be": "вул пр-т пл в пас вобл р-н ім праф акад ген св гл напр",
    "kk": "доц көш ауд обл проф акад ген т.б қ",
    "el": "κ κκ κα κες κας δρ καθ αρχ αγ άγ οδ λεωφ πλ ταξ στρ ταγμ υπ αρχιεπ μητρ π.χ δηλ βλ πρβλ περ",
    "tr": """
        bkz sn doç yrd öğr arş gör uzm ord müh hz bşk org korg tümg tuğg alb yb bnb yzb üstğm ütğm tğm atğm asb çvş
        mah cad sok sk blv ecz vet Op Mim Dt Av Bul
    """,
    "az": "prof dos akad gen küç pr",
    "vi": "ts ths pgs gs bs ks cn ls nsưt nsnd nsut tp t.p tx tt kts hlv q đ.c P H Ths BS.CKI BS.CKII",
    "sv": "hr frk doc s:t ca bl.a t.ex dvs d.v.s s.k resp ev f.d kapt ingr inkl exkl",
    "da": "hr frk fr lic cand adv skt sct kgs kbh ndr ca bl.a f.eks dvs d.v.s s.k hhv evt tidl kapt St Sdr Vestr",
    "no": "hr frk fr lic cand adv ca bl.a f.eks dvs s.k hhv evt tidl kapt",
    "is": "hr frú sr sk",
    "fi": "hra rva nti tri dos toht maist kenr ev evl maj kapt yliluutn esim ns mm ts n",
    "hu": "id ifj özv szt gr br hg ún ill vö bp",
    "et": "hr pr prl dots kpt kol ltn mjr nn nt s.o tn pst mnt ca",
    "lv": "kpt plkv ģen sv t.i t.s",
    "lt": "doc habil akad plk mjr kpt ltn gat šv t.y pvz vad vyr",
    "sq": "z znj rr sh bul p.sh",
    "gl": "sra dna av aprox Sr D",
    "ar": "أ.د ا.د أ.م.د ش.م",
    "hi": "डॉ डा डॉक् प्रो श्री श्रीमती सुश्री पं स्व इंजी कर्न ले ब्रिगे रु रू कं लि नं मो",
    "mr": "डॉ डा प्रा प्रो श्री श्रीमती सौ कु पं स्व अॅड ॲड इंजि रु रू कं लि क्र न्या",
    "ne": "डा डॉ प्रा प्रो श्री पं स्व इ रु नं",
    "bn": "ড ডা ডাঃ ডঃ অধ্যা মো মোঃ মু মোছা ইঞ্জি প্রফে লে মে ব্রি",
    "pa": "ਡਾ ਪ੍ਰੋ ਸ",
    "gu": "ડૉ ડો પ્રો શ્રી સ્વ રૂ",
    "ta": "டாக் பேரா திரு மு ரூ",
    "te": "డా డాక్ట ప్రొ శ్రీ రూ",
    "kn": "ಡಾ ಪ್ರೊ ಶ್ರೀ ರೂ",
    "ml": "ഡോ പ്രൊഫ ശ്രീ അഡ്വ രൂ",
    "he": "פרופ גב",
    "sw": "Eng dkt bw bi mhe mch kapt inj Jen",
}  # fmt: skip

_NUMBER = {
    "": "No nr fig vol p pp tel art ca cca approx §",
    "id": "no nmr tgl hlm hal ps psl rp telp lt kav pkl pk ay thn No Rp Kav",
    "ms": "no bil hlm rm pkl",
    "en": "no sept nos figs vols eds ch sec sect pg ste rte ext op al",
    "de": "abs ziff lit kap bd abb tab s str tel rn rz anm jg mio mrd",
    "nl": "nrs lid blz pag par hfst afb str kl",
    "af": "bl par afd",
    "fr": "no n nos al t chap tél",
    "es": "n núm núms num nro nros arts pág págs pag cap t tít apdo tfno",
    "ca": "núm pàg cap",
    "pt": "n núm arts inc pág págs cap t fls fl apto ap bl set",
    "it": "n nn num artt pag pagg cap tab lett sez",
    "ro": "alin lit pag cap bl ap sc et km",
    "pl": "rozdz ust pkt poz lit str s t r rys tab godz dz",
    "cs": "č čp čís odst písm s str obr tab tel hod roč ř kap",
    "sk": "č čís ods písm s str obr tab tel hod roč kap",
    "hr": "br čl st toč str sl tab god",
    "bs": "br čl st str sl tab god",
    "sl": "št čl odst str sl tab",
    "sr": "бр чл ст стр сл таб год br čl str",
    "mk": "бр чл ст стр сл таб",
    "bg": "изд прил вж чл ал т стр табл тел бл вх ет ап бр",
    "ru": "изд прил разд ст пп ч стр рис табл тел кв оф гл т вып ок",
    "uk": "вид дод розд ст ч стор рис табл тел кв оф гл т вип",
    "el": "τομ αρ άρθ αριθ παρ σελ κεφ εικ πιν τηλ στ",
    "tr": "no mad ek nu md fık s sf c k kat bkz",
    "vi": "p đ số",
    "sv": "kap mom st s sid kl fig",
    "da": "stk s kap kl fig pkt litra d",
    "no": "s kap kl fig pkt",
    "fi": "nro n:o s kpl klo puh kohta mom",
    "hu": "sz bek pont kb u",
    "et": "lk ptk kell",
    "lv": "lpp tālr apm",
    "lt": "pav lent psl sk tel apie",
    "ar": "رقم",
    "tl": "no",
    "jv": "no",
    "su": "no",
}  # fmt: skip

_LAST = {
    "": "St Inc Corp Ltd Co U.S U.K D.C U.N E.U Jr Tbk",
    "id": """
        Inf Kav Arm Czi Cpl Cpm Cpn Ckm Chb Cba Cke Caj Chk Pnb Pas Tek Lek Sus Nav Psk Arh Pom Pol Sel Gn tbk st no h
    """,
    "en": """
        sr bros st fl fig Ave Blvd Rd Ala Ariz Ark Calif Colo Conn Fla Ga Ill Kan Ky Mass Mich Minn Mo Neb Nev Okla
        Ore Pa Tenn Tex Va Wash Wis
    """,
    "es": "EE.UU UU S.A",
    "pt": "S.A Ltda",
    "it": "S.p.A S.r.l",
    "tr": "A.Ş Şti T.C",
    "pl": "S.A im os gen",
    "cs": "gen",
    "sk": "gen",
    "hr": "gen",
    "bs": "gen",
    "sl": "gen",
    "ru": "им",
    "lt": "gen pr g",
}  # fmt: skip


@cache
def _table(language: Language) -> Mapping[str, Abbreviation]:
    kinds = ((Abbreviation.NUMBER, _NUMBER), (Abbreviation.NAME, _NAME), (Abbreviation.LAST, _LAST))
    dates = month_abbreviations(language) | day_abbreviations(language)
    return dict.fromkeys(dates, Abbreviation.NUMBER) | {
        word: kind for key in ("", language) for kind, words in kinds for word in words.get(key, "").split()
    }


def find_abbreviation(word: str, language: Language) -> Abbreviation | None:
    """What follows an abbreviation, which is given as written without its last full stop; None for other words."""
    table = _table(language)
    # A single capital is an initial, also where the small letter is an abbreviation: `P. Moreau`, `p. 7`.
    return table.get(word) or (table.get(word.lower()) if len(word) > 1 else None)
