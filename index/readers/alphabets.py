"""The letters beyond ASCII of languages, from frequent to rare, and the encodings for them."""

from __future__ import annotations

from typing import Final

__all__ = ["CJK_COMMON", "ENCODINGS", "LANGUAGES"]

# Language: the share of its non-ASCII characters that are these letters, the letters, and
# short words that few others have.
LANGUAGES: Final[dict[str, tuple[float, str, str]]] = {
    "es": (0.8, "óíáéñúü", "el los las del en por que una para con se no su"),
    "pt": (0.9, "ãçáéíóêõúâàô", "em uma os as da do dos das no na que para com por"),
    "fr": (0.8, "éèàêçôùîâûœëïüÿæ", "le les des du et une est dans que pour sur au il"),
    "it": (0.8, "èàùòéìóî", "il di che la per non sono del della una con gli"),
    "de": (0.9, "üäößé", "der die das und ist im den von zu mit auf ein eine nicht"),
    "sv": (0.95, "äåöéü", "och att det som en ett är den med av till inte"),
    "fi": (0.95, "äöåé", "ja on ei se oli että hän mutta"),
    "da": (0.95, "åøæéöü", "og det er en et af til ikke den med som der"),
    "is": (0.95, "íðáþóéöúæý", "og er ekki um sem til hann"),
    "nl": (0.6, "ëéïèüöóê", "het een van en dat niet te zijn met"),
    "en": (0.2, "éïèöçñ", "the of and to is was for it he with that"),
    "ca": (0.8, "àèóéíúòïçü·", "els les amb per que una del"),
    "pl": (0.97, "łąężóśćńź", "nie na do to jest przez po z w"),
    "cs": (0.97, "íáéěřýčšžůúťďňó", "se na je to ve ze pro jsou"),
    "sk": (0.95, "áíéčžýúšľťôäňóďĺŕ", "sa na je to vo pre ktorý"),
    "hu": (0.97, "áéöőóíüúű", "az egy nem hogy van meg ez is"),
    "hr": (0.97, "čšžćđ", "se na je za su da od i u"),
    "ro": (0.9, "ăîâşţșț", "și de la pe nu este cu din care"),
    "tr": (0.95, "ıüşçöğâîû", "bir ve bu da de için ile"),
    "lt": (0.95, "ėšįųžūčąę", "ir kad yra su iš"),
    "lv": (0.95, "āīēšņūļžčģķ", "un ir no ar par"),
    "et": (0.95, "äõüöšž", "ja on ei see oli ning"),
    "ru": (0.99, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", ""),
    "uk": (0.99, "оаниівтерслкмдупязьбгчхйжєїшцющфґ", ""),
    "bg": (0.99, "аоиетнрсвлкдпмзгъуябчщцжхшюйф", ""),
    "el": (0.99, "αοιετσνηυρπκμςλωγδάίόέήχθύφβώξζψ", ""),
    "he": (0.99, "יוהלאמתרבשנםקדחעפטצסגזכןךףץ", ""),
    "ar": (0.99, "الينمرتوبدعسةهفكقحأجشطصىخإذزئثغضءآظؤ", ""),
    "th": (0.99, "านรกอเงม่ยลว้ัดทสตะปบคิหีแจพชขใไโ็ืผุูถึซธณศญภฉษฎฐ", ""),
}

_WESTERN = ("es", "pt", "fr", "it", "de", "sv", "fi", "da", "is", "nl", "en", "ca")
_CENTRAL = ("pl", "cs", "sk", "hu", "hr", "ro", "de")
_BALTIC = ("lt", "lv", "et")
_CYRILLIC = ("ru", "uk", "bg")

# Encoding: the logarithm of how often it is met, and the languages it is used for; those
# without languages write most characters in two bytes.
ENCODINGS: Final[dict[str, tuple[float, tuple[str, ...]]]] = {
    "cp1252": (0.0, _WESTERN),
    "cp1251": (-1.0, _CYRILLIC),
    "cp1250": (-2.0, _CENTRAL),
    "cp1253": (-2.0, ("el",)),
    "cp1254": (-2.5, ("tr",)),
    "cp1255": (-2.0, ("he",)),
    "cp1256": (-2.0, ("ar",)),
    "cp1257": (-3.0, _BALTIC),
    "cp874": (-2.0, ("th",)),
    "iso8859-2": (-3.0, _CENTRAL),
    "iso8859-5": (-4.0, _CYRILLIC),
    "iso8859-7": (-3.0, ("el",)),
    "koi8-r": (-2.0, ("ru",)),
    "koi8-u": (-3.0, ("uk",)),
    "cp866": (-3.0, ("ru",)),
    "mac_cyrillic": (-5.0, _CYRILLIC),
    "mac_roman": (-5.0, _WESTERN),
    "cp850": (-5.0, _WESTERN),
    "cp437": (-5.5, _WESTERN),
    "cp852": (-5.5, _CENTRAL),
    "cp932": (-1.0, ()),
    "euc_jp": (-2.0, ()),
    "gb18030": (-1.0, ()),
    "cp950": (-1.0, ()),
    "cp949": (-1.0, ()),
}

# Characters that make up near half of any text of the language.
_CHINESE = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于"
    "着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还"
    "进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情"
    "明性知全三又关点正业外将两高月二"
)
_TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於"
    "著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還"
    "進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情"
    "明性知全三又關點正業外將兩高月二"
)
_JAPANESE = (
    "日一国会人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気"
    "小七山話女北午百書先名川千水半男西電校語土木聞食車何南万毎白天母火右読友左休父雨"
    "次開"
)
_KOREAN = (
    "이다는을를에의가은고하지도로한기사어나리아서자들인과해그시일대정수있것부전보제으"
    "상성라만원여장주관면스동경구오조안신우내적세적등유공무게히계단소중생문방분연치위"
    "비회습니까요했년월했음"
)
CJK_COMMON: Final[dict[str, str]] = {
    "gb18030": _CHINESE,
    "cp950": _TRADITIONAL,
    "cp932": _JAPANESE,
    "euc_jp": _JAPANESE,
    "cp949": _KOREAN,
}
