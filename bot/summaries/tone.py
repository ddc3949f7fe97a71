"""Patterns of text that no news summary has: markup, addresses, remarks of a machine on its task, requests. Pure.

Words are looked for in English and Indonesian; addresses look alike in all languages. The patterns match too much
rather than too little: a false positive only loses one machine-written summary.
"""

from __future__ import annotations

import re

_ENDINGS = """
    com org net info biz id io co me ly gg xyz app dev ai tv to ru cn uk de fr nl my sg top site online link shop live
    news club
"""

MARKUP = re.compile(
    r"""
    < \s* [a-z/!?] | & (?: \#\w+ | [a-z]{2,8} ) ; | \*\* | __ | ` | ~~ | \[ [^\]]* \] | [{}|\\<>]
    | ^ \s* (?: [#>*•\-–—] | \d+ [.)] ) \s | \n \s* \n
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)

ADDRESS = re.compile(
    rf"""
    \b [a-z][a-z+.\-]{{1,10}} :// | \b (?: mailto | tel | tg | javascript | hxxps? ) : | \b www \.
    | [\w\-] (?: \. | \s? (?: \[\.\] | \(\s?dot\s?\) | \s dot \s ) \s? ) (?: {"|".join(_ENDINGS.split())} ) \b
    | [@\#] \w | (?<! [\w/] ) / \w{{2,}} | [a-z] / [\w\-]+ / | \w \s? \(\s?at\s?\) \s? \w
    | \+ \s? \d [\d\s().\-]{{5,}}                                      # a telephone number
    | (?<! [\d.,] ) 0 \d{{2,4}} [\s\-]? \d{{3,4}} [\s\-]? \d{{3,5}}
    | (?<! [\d.,] ) (?! \d{{1,3}} (?: [.,\s] \d{{3}} )+ (?! \d ) ) \d (?: [\s().\-]{{0,2}} \d ){{8,}}
    | \b (?: whatsapp | telegram | wa | line | bitcoin | btc | iban ) \s* (?: id \b )? [:@]
    | \b (?: bc1 | 0x ) [a-z0-9]{{8,}}
    """,
    re.IGNORECASE | re.VERBOSE,
)

ASIDE = re.compile(
    r"""
    \b as \s an? \s (?: ai | language \s model | assistant ) \b | \b language \s model \b | \b model \s bahasa \b
    | \b sebagai \s (?: sebuah \s )? (?: ai | asisten ) \b | \b ai \s (?: assistant | model ) \b
    | \b (?: i'?m | i \s am ) \s (?: sorry | unable | not \s able ) \b | \b sorry , | \b (?: mohon \s )? maaf ,
    | \b i \s? (?: can \s? (?: not | [’']t ) | could \s? n[’']?t ) \b | \b saya \s tidak \s (?: bisa | dapat ) \b
    | \b here (?: [’']s | \s is | \s are ) \s (?: the | a | your | my ) \b
    | \b berikut \s (?: ini \s )? (?: adalah \s )? (?: ringkasan | rangkuman ) \b
    | \b (?: summary | ringkasan | rangkuman | kesimpulan | note | catatan | answer | jawaban | translation
        | terjemahan | assistant | user | system ) \s? :
    | \b (?: this | these | provided | given | above ) \s
        (?: article | text | excerpt | source | prompt | document ) s? \b
    | \b artikel \b [\s-] (?: artikel | ini | itu | tersebut | di \s atas | yang \s diberikan ) \b
    | \b (?: previous | above | prior | system | earlier ) \s (?: instruction | prompt | message ) s? \b
    | \b instruksi \s (?: sebelumnya | di \s atas | ini | sistem ) \b
    | \b ignor (?: e | ing ) \s (?: all | any | the | your | previous ) \b
    | \b abaikan \s (?: semua | instruksi | perintah ) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)

REQUEST = re.compile(
    r"""
    \b (?: you | your | yours | anda | kamu | kalian | saya | aku ) \b | (?-i: \b I \b )
    | (?: ^ | [.!?:;…] \s+ ) (?: click | tap | visit | call | contact | send | buy | subscribe | download | install
        | join | register | sign \s up | scan | donate | vote | transfer | pay | reply
        | kunjungi | kirim | kirimkan | beli | berlangganan | unduh | gabung | bergabunglah | ikuti | bagikan | bayar
        | daftarkan | pindai | balas | donasikan | coblos | dapatkan ) \b
    | \b (?: please | silah?kan | jangan \s lupa | klik | hubungi | click \s here | buy \s now | yuk ) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""`I` also addresses somebody; quotations are removed before."""
