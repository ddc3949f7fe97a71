"""The phases of a story (deaths, an arrest, a verdict, …), by the words that headlines use for them.

Indonesian and English only. In other languages there are no phases, and updates are found by numbers and names alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_WORDS: Final[Mapping[str, str]] = {
    "deaths": r"tewas|meninggal|korban jiwa|dead|die[ds]?|kill(?:s|ed)|death toll",
    "injuries": r"luka-luka|terluka|cedera|injur(?:ed|es|y|ies)|wounded",
    "arrest": r"ditangkap|tangkap|menangkap|ditahan|tersangka|diamankan|arrest(?:s|ed)?|detain(?:s|ed)?|custody",
    "charges": r"didakwa|dakwaan|dituntut|disidang|sidang perdana|charged|charges|indict(?:s|ed|ment)|on trial",
    "verdict": r"divonis|vonis|dihukum|putusan|sentenced?|convict(?:s|ed|ion)|found guilty|acquitt(?:ed|al)|verdict"
    r"|jailed",
    "resignation": r"mengundurkan diri|pengunduran diri|mundur|dipecat|dicopot|lengser|resign(?:s|ed|ation)?"
    r"|steps? down|stepped down|fired|sacked|ousted",
    "ceasefire": r"gencatan senjata|damai|perdamaian|cease-?fire|truce|peace (?:deal|talks)",
    "agreement": r"sepakat|sepakati|kesepakatan|teken|menandatangani|agree[sd]?|agreement|deal|signs|signed",
    "attack": r"serang|menyerang|diserang|serangan|ledakan|meledak|attack(?:s|ed)?|air ?strikes?|explo(?:des?|sion)"
    r"|bomb(?:s|ed|ing)?|shooting",
    "rescue": r"diselamatkan|selamat|ditemukan|dievakuasi|evakuasi|rescued?|evacuat(?:e[ds]?|ion)|found",
    "warning": r"siaga|waspada|peringatan dini|tsunami|warn(?:s|ed|ing)?|alert",
    "end": r"berakhir|padam|dipadamkan|rampung|ends|ended|contained|extinguished",
    "result": r"menang|kalah|juara|imbang|lolos|tersingkir|wins?|won|los(?:es?|t)|beats?|defeat(?:s|ed)?|champions?",
    "denial": r"bantah|membantah|dibantah|klarifikasi|hoaks|den(?:y|ies|ied)|reject(?:s|ed)?",
    "apology": r"minta maaf|permintaan maaf|apologi[sz]e[sd]?|apology",
    "approval": r"disahkan|sahkan|mengesahkan|disetujui|setujui|approv(?:es?|ed|al)|pass(?:es|ed)|ratif(?:y|ies|ied)",
    "cancellation": r"batal|dibatalkan|ditunda|tunda|menunda|cancel(?:s|led|ed)?|postpone[sd]?|scrap(?:s|ped)",
    "launch": r"diluncurkan|luncurkan|meluncurkan|dirilis|resmikan|diresmikan|launch(?:es|ed)?|unveil(?:s|ed)?",
    "investigation": r"diselidiki|selidiki|penyelidikan|diperiksa|geledah|digeledah"
    r"|investigat(?:es?|ion|ing)|probe|raid",
}
_PHASES = {code: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for code, words in _WORDS.items()}

_NEGATED = re.compile(
    r"(?:\b(?:tak|tidak|belum|bukan|tanpa|jangan|not|never|no|without)|n['’]t)(?:\s+\w+)?\s+\Z", re.IGNORECASE
)
"""A negation before the word, with at most one other word between them: "belum ditangkap", "tak ingin menunda"."""
_LOOKED_BACK = 40

PHASES: Final = tuple(_WORDS)


def phases_in(text: str) -> tuple[str, ...]:
    """The codes of the phases that the text has a word for, in the order of `PHASES`."""
    return tuple(code for code, pattern in _PHASES.items() if _is_said(code, pattern, text))


def _is_said(code: str, pattern: re.Pattern[str], text: str) -> bool:
    found = pattern.finditer(text)
    if code == "warning":  # that there is no tsunami is news as well
        return next(found, None) is not None
    return any(not _NEGATED.search(text, max(one.start() - _LOOKED_BACK, 0), one.start()) for one in found)
