"""Words that say how a sentence is built and nothing of what it is about, by language.

Two uses: telling languages of one script apart, and leaving such words out of comparisons. Written
for this project as people spell them, lower-case; nothing is read from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from bot.model import Language

_WORDS = {
    "id": """
        yang dan di ke dari untuk dengan pada dalam ini itu tidak akan oleh adalah juga sebagai karena bahwa saat telah
        bisa dapat sudah ada atau mereka kami kita saya ia dia para tersebut lebih secara menjadi hingga serta setelah
        seperti antara namun sementara tahun hari kata ujar sebuah harus masih lagi agar bagi kepada melalui
        sekitar terhadap tentang maupun ketika sejak belum hanya sangat saja tak pun lalu jika kalau kemudian sehingga
        tetapi tapi sebelum sebelumnya selain selama bukan banyak beberapa semua setiap hal apa siapa bagaimana
        mengapa kapan mana anda nya seorang sejumlah merupakan menurut yakni yaitu guna demi atas bawah tanpa
        hampir justru bahkan walau meski meskipun padahal sambil sampai supaya punya ingin mau baru sedang
        salah satu dua tiga lain lainnya mengatakan katanya ujarnya jelasnya tuturnya karenanya beliau turut
    """,
    "ms": """
        yang dan di ke dari untuk dengan pada dalam ini itu tidak akan oleh adalah juga sebagai kerana bahawa telah
        boleh dapat sudah ada atau mereka kami kita saya ia dia para tersebut lebih secara menjadi sehingga serta
        selepas seperti antara namun manakala tahun hari kata berkata sebuah perlu masih lagi agar bagi kepada melalui
        kira-kira terhadap mengenai mahupun ketika sejak belum hanya sangat sahaja tidaklah pun lalu jika kemudian
        tetapi tapi sebelum sebelumnya selain selama bukan banyak beberapa semua setiap hal apa siapa bagaimana
        mengapa bila mana anda nya seorang sejumlah merupakan menurut iaitu ialah daripada walaupun supaya mahu baru
        sedang turut berkenaan pihak beliau katanya lain-lain kalangan ekoran susulan
        cuma hendaklah sekiranya terbabit apabila semasa ramai sebarang tiada mesti adakah
    """,
    "en": """
        the of and to in a is that for it on was with as he be by at his are this from have but not they has had
        which or an were we their been one all she there when who will would more if no out so said what up its about
        into than them can only other new some could time these two may then do first any my now such like our over
        me even most after also did many before must through back where much your way well down should because each
        just those how too us her him you i while during against between under until since both being against
        says say told told according still within without among does am made
    """,
    "de": """
        der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat
        dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis
        mehr durch man sein wurde sei hatte kann gegen vom können schon wenn habe seine ihre dann unter wir soll
        ich eines jahr zwei diese dieser wieder keine uhr seiner worden will zwischen immer was sagte ihr ihm
        ihn mir mich uns euch du mein dein kein doch dort hier denn weil damit wo wer
    """,
    "nl": """
        de van een het en in is dat op te zijn voor met die niet aan er om ook als dan maar bij uit nog naar heeft
        hij worden door over ze wordt was of al tot meer hebben je deze ik had zich geen kan zou wel we werd
        haar mensen hun veel moet twee wat onder jaar tegen na dit zo waar kunnen omdat zegt onze ons mijn jullie
        toen heb hem men mij u deze tussen sinds zonder ondanks volgens alleen hier daar
    """,
    "fr": """
        de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son aux
        ont cette mais ou comme on été ses leur fait elle deux ces être même nous également entre après dont si
        sans avait était depuis sa vous je tout cela où très peut ans lui avant encore contre lors ainsi selon moins
        alors notre nos votre vos leurs quand ils elles l d qu n s c j m t y donc car chez jusqu lorsque
    """,
    "es": """
        de la que el en y a los del se las por un para con no una su al lo como más o pero sus le ha me si sin
        sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque
        qué sólo solo han yo hay vez puede todos así nos ni parte tiene él uno donde bien tiempo mismo ese ahora
        cada e vida otro después te otros aunque esa eso hace otra gobierno tan durante siempre día tanto ella tres
        según además ante contra quien quienes
    """,
    "pt": """
        de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu
        sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos
        ter seus quem nas me esse eles estão você tinha foram essa num nem suas meu às minha têm numa pelos elas
        havia seja qual será nós tenho lhe deles essas esses pelas este dele são disse segundo ainda sobre
    """,
    "it": """
        di e il la che in a per un è del non una i con le da sono al si della come ha anche più lo ma dei alla gli
        nel su se delle o ed suo dalla sua era stato questo nella cui ci essere anni loro due ai dal hanno degli
        dopo tra tutti quando prima fatto solo quello mi così fra già chi questa sul ancora ne dove molto sulla
        alle perché contro senza ogni stata tutto nelle sugli agli dagli negli secondo
    """,
    "ca": """
        de la el que i a en les del un per els una amb no és al dels ha es com més va ser o són aquest però han
        pel entre aquesta ja seva seu fins també ens li hi tot molt sobre quan després des perquè anys així
        sense on què ell ella nosaltres vosaltres
    """,
    "ro": """
        de și în a la cu pe nu că o un este care din se pentru să mai au sunt fi ca fost dar sau lui al prin ce
        după ai cele lor am între doar dintre această acest despre foarte cel cea toate până când ei sa unui unei
        către spus iar astfel fără decât acesta aceasta însă vor va
    """,
    "sv": """
        och i att det som en på är av för med till den har de inte om ett han var jag sig från vi så kan man
        när år under också efter eller nu där vid mot ska skulle kommer ut få finns vara hade alla andra mycket
        än här då sedan över bara in blir upp även mellan sin två hon varit säger enligt detta dessa många
    """,
    "da": """
        og i at det er en til på af for med den de der som ikke har har et han var jeg fra vi så kan man når
        også efter eller nu hvor ved mod skal skulle kommer ud få være havde alle andre meget end her da siden
        over kun bliver op mellem sin to hun været siger ifølge dette disse mange blev sig om hvad
    """,
    "no": """
        og i det at er på som til en for av med har ikke den de han var et fra vi så kan jeg man når også etter
        eller nå hvor ved mot skal skulle kommer ut få være hadde alle andre mye enn her da siden over bare blir
        opp mellom sin to hun vært sier ifølge dette disse mange ble seg om hva fått
    """,
    "fi": """
        ja on ei että se oli hän mutta ovat kun myös joka mukaan kuin niin olla tai jos sen vain nyt ole sekä
        voi jo kuitenkin sitä mitä hänen olisi tämä vielä jotka kanssa siitä ollut tämän kaikki jälkeen noin
        koska minä ne me he sanoi sanoo vuoden vuonna ennen hyvin
    """,
    "pl": """
        i w na z że się nie do to jest o jak po od za przez dla są był ale tym co ma tego jego tak może już czy
        być jej oraz które który która także przed ich pod ze tylko było a są przy roku będzie więc gdy jednak
        została został bardzo również niż ponieważ między mówi tej też
    """,
    "cs": """
        a v se na je že s z o do i to k ve pro za by ale jako po od jsou jeho si tak který které která byl podle
        jen už nebo také bylo však být není při mezi když před až má jsem řekl roku jejich více této ze tím
        byla byly bude aby pouze může proto
    """,
    "sk": """
        a v sa na je že s z o do i to k vo pre za by ale ako po od sú jeho si tak ktorý ktoré ktorá bol podľa
        len už alebo aj bolo však byť nie pri medzi keď pred až má som povedal roku ich viac tejto zo tým
        bola boli bude aby iba môže preto
    """,
    "hu": """
        a az és hogy nem is egy ez volt meg de ha csak már van még el mint azt vagy ki be után lehet lesz kell
        majd szerint ezt minden akkor mert ami aki azonban pedig sem több között nagyon most ezért során ott
        voltak ahol ezek mondta illetve által
    """,
    "tr": """
        ve bir bu da de için ile olarak çok daha olan gibi kadar sonra en ne ama var olduğu her o ki ise değil
        göre oldu diye olduğunu yeni önce iki şey dedi bunun onun ancak kendi bunu tarafından yok mi biz ben sen
        onlar hem ya veya eden etti ettiği
    """,
    "vi": """
        và của là có trong cho được không với các một những đã này người khi để từ đến về theo cũng như sẽ nhiều
        tại năm ra vào bị còn hơn sau đó phải trên nhưng đang rằng ông tôi họ vì làm nếu chỉ bà nên lại mà rất
    """,
    "tl": """
        ang ng sa na mga ay at ni si kay para hindi ito siya may nang kung niya mula isang pa din rin po lang nito
        ako kanyang kanilang sila namin natin tayo kami ko mo ka ba iyon bilang dahil habang pero ngunit wala
        noong ayon pagkatapos bago lamang maging dapat naman kaya ating aming nila
    """,
    "sw": """
        na ya wa kwa katika ni za la kuwa hii hiyo huo cha vya si pia lakini ambao ambayo yake wake hao watu baada
        kama au bila sana zaidi hata kabla kila yao wao huyo hayo hivyo alisema amesema kutoka tu bado ili mwa
        yeye mimi sisi wengi kwamba
    """,
    "jv": """
        lan ing kang saka karo marang iku iki ora wis bakal utawa uga kanggo dadi menyang sing amarga nalika kuwi
        yaiku supaya dening kabeh akeh wong dheweke padha nanging banjur isih durung
    """,
    "su": """
        jeung nu di ka tina pikeun éta ieu henteu geus bakal atawa ogé ku dina kana anu jadi saperti lamun téh
        mah sanajan tapi urang maranéhna teu aya ngan kudu loba
    """,
    "hr": """
        i u je se na da su za od s o a kao koji nije iz što to ali bi do po koja koje samo prema već ili tako
        može nakon više te biti bilo ima sve oko zbog kako kada jer njegov rekao između
    """,
    "sl": """
        in je v se na da so za s z o ki pa tudi kot ne po bi bo od ali do pri še ter če ni to biti med lahko
        več samo vendar pred zaradi ker bil bila bilo katerih njegov tako
    """,
    "et": """
        ja on ei et see oli ta kui ka ning mis kes aga oma või selle seda nii siis veel juba pole kuid olid mille
        ning pärast üks välja saab tema nende meie enne väga ole
    """,
    "ru": """
        и в не на что с по он как это к а из но у за от о его то все для же был так или они бы если только мы
        уже ее также при до было которые который была после во со я вы она их когда году лет чем ещё еще нет
        может этого быть были того об том более под где этот эти
    """,
    "uk": """
        і в не на що з у до як та це за від про він його для які але й або також який після ми вони було щоб
        був при із під ще цього буде яка тому через коли років році може вже її їх якщо бути були де так лише
    """,
    "be": """
        і ў не на што з у да як та гэта за ад пра ён яго для якія але ці таксама які пасля мы яны было каб быў
        пры пад яшчэ будзе яна калі гадоў годзе можа ўжо яе іх быць былі дзе так толькі
    """,
    "bg": """
        и в на да се от за е с че не по са като до ще това си но към или при след има които той който беше през
        тя те ако само бъде много само още му което между може така е била бил били обаче
    """,
    "sr": """
        и у је се на да су за од с о а као који није из што то али би до по која које само према већ или тако
        може након више те бити било има све око због како када јер његов рекао између
    """,
    "mk": """
        и во на да се од за е со дека не по се како до ќе тоа си но кон или при има кои тој кој беше преку таа
        тие ако само биде многу уште му што помеѓу може така била бил биле
    """,
    "ar": """
        في من على إلى أن التي الذي عن مع هذا هذه كان ما لا أو بعد قال قبل بين كما كانت وقد وفي ولم إن عند خلال
        ذلك حيث غير أكثر كل لم قد وهو وهي ومن منذ حتى أي هو هي ثم لكن عام يوم
    """,
    "fa": """
        در به از که این را با است برای آن یک خود تا بر هم نیز شد شده می ها های بود اما کرد باید پس هر او وی دو
        کند ما گفت کرده بین نیست یا اگر چه همه شود دارد کشور سال گذشته
    """,
    "ur": """
        کے کی میں ہے اور سے کا کو نے کہ پر یہ ہیں اس بھی تھا ایک کیا ہو نہیں تھی ان کر تو کہا گیا لیے جو تھے ہے
        تک ساتھ بعد وہ رہا گئی
    """,
    "hi": """
        के में की है और से का को ने कि पर यह हैं इस भी था एक किया हो नहीं थी उन कर तो कहा गया लिए जो थे तक साथ
        बाद वह रहा रहे गई अपने या इन जा कुछ लेकिन
    """,
    "mr": """
        आणि आहे या हे ते तो ही मध्ये ला च्या ची चा आहेत नाही होते होता झाली झाले केले केली मात्र म्हणून यांनी असे
        असून त्यांनी त्या एक पण करून
    """,
    "ne": """
        र छ मा को का की ले लाई पनि हो भने गर्न गरेको छन् थियो भएको यो त्यो उनले तथा बाट गर्ने अनुसार एक तर
    """,
    "el": """
        και το να του η της με που για την από τα στο ο των τον οι δεν σε ότι είναι τις στην θα ένα μια στη τη
        ως αλλά κατά έχει τους μετά αυτό μας πως όπως ήταν έναν ή
    """,
    "he": """
        של את על לא הוא עם זה כי גם או אם אל היא יש אני בין היה כל אבל לאחר יותר כדי הם מה אך רק עד ידי אמר לפי
        כך אשר זו
    """,
    "ko": """
        이 그 저 것 수 등 및 더 또 또는 그리고 그러나 하지만 있다 있는 했다 하는 한 할 된 대한 위해 통해 따라 때문 지난
    """,
}

_BY_LANGUAGE: Mapping[Language, frozenset[str]] = MappingProxyType(
    {Language(code): frozenset(words.split()) for code, words in _WORDS.items()}
)


def function_words(language: Language) -> frozenset[str]:
    """As people spell them, lower-case; empty for a language that is not listed."""
    return _BY_LANGUAGE.get(language, frozenset())


@cache
def languages_by_word() -> Mapping[str, tuple[Language, ...]]:
    """For each word the languages that list it."""
    found: dict[str, list[Language]] = {}
    for language, words in _BY_LANGUAGE.items():
        for word in words:
            found.setdefault(word, []).append(language)
    return MappingProxyType({word: tuple(languages) for word, languages in found.items()})
