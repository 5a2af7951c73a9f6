"""What is no question to the documents: greetings, thanks, "bist du ein Mensch?", requests that are no task of this program.

A council question must never be taken for one. So talk is only recognised where *every* word of the text is a word of such
talk and one of them is telling, and a request only where the text begins with an order to us that no paper could answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from indexer.german import STOP_WORDS, fold, stem
from service.questions import Language, Names

PROMPT = re.compile(r"\s*#+ ?task:", re.IGNORECASE)  # so chat programs begin what they want of a model itself: a title, tags
Kind = Literal["greeting", "thanks", "goodbye", "human", "about", "insult", "outside", "opinion", "weather", "rules", "unclear"]

_LONGEST = 25  # words of small talk
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pattern(text: str) -> re.Pattern[str]:
    """Of a text in lower case. A line may end anywhere but at a blank."""
    return re.compile("".join(line.strip() for line in text.splitlines()))


# Words that may stand in any small talk, beside stop words.
_FILLERS = _set(
    """du dich dir dein deine sie ihnen bist seid mal bitte echt wirklich eigentlich gerade jetzt so ja nein ok okay sehr ganz
    schön gut alles einfach nur bloß ne na oh ach hm hmm äh eher sag sagen sagst gell habe hätte frage fragen kurze kurz wissen
    weiß möchte würde gerne gern darf kannst können könnt antwort antworten antwortest
    please just really actually i'm you're am me my so very tell ask question quick like know can could"""
)
_GERMAN: dict[Kind, frozenset[str]] = {
    "greeting": _set("hallo hallöchen moin servus tag morgen abend guten grüß grüße gott grüezi geht geht's gehts tach mahlzeit"),
    "thanks": _set(
        "danke dank dankeschön vielen herzlichen besten hilfreich geholfen prima super toll klasse perfekt hilfe auskunft"
    ),
    "goodbye": _set("tschüss tschüs tschau ciao wiedersehen wiederschauen ade bald später schönen tag feierabend abend"),
    "human": _set(
        """mensch menschen menschlich menschliches menschlicher person personen reale realen ki roboter bot chatbot
        computer computerprogramm maschine programm software sprechen reden sei seien ehrlich am hast haben automat
        künstliche künstlicher künstlichen intelligenz sprachmodell lebendig lebst lebewesen wesen sprech spreche rede
        redet schreibe schreibt chatte unterhalte tippt sitzt steckt dahinter mitarbeiter mitarbeiterin sachbearbeiter
        sachbearbeiterin beamter angestellter jemand echter echte echtes echten richtiger richtige richtigen lebender
        lebende lebenden gegenüber maschinell virtuell automatisch automatische automatischen chatgpt gpt algorithmus
        leitung ende anderen anderem bewusstsein gefühle fleisch blut gesprächspartner mann frau tatsächlich seite tun
        chat antwortet kollege kollegin"""
    ),
    "about": _set(
        """name heißt heißen namen funktionierst funktionieren funktioniert funktionsweise arbeitest hilf helfen hilfst hilfe
        machst tust leisten beantworten bedienung anleitung ratslotse programmiert entwickelt erfunden gemacht betreibt gebaut
        erstellt quellen datenquellen woher stammen informationen aufgabe aufgaben themen vorstellen stell stellen möglich
        funktionen"""
    ),
    "insult": _set(
        """dumm blöd doof idiot idioten depp trottel scheiße scheiss mist mistding schrott nutzlos unnütz unfähig klappe halt
        fresse arschloch arsch lügner lügst müll bescheuert dämlich schlecht nervst versager völlig total verarschen verarschst"""
    ),
}
_ENGLISH: dict[Kind, frozenset[str]] = {
    "greeting": _set("hello hi hey good morning afternoon evening greetings howdy there"),
    "thanks": _set("thanks thank thx cheers great perfect helpful awesome help lot much many"),
    "goodbye": _set("bye goodbye see later farewell day nice have"),
    "human": _set(
        """human person people ai robot bot chatbot computer machine program programme software artificial intelligence real
        talking speaking chatting living alive being actual someone somebody conscious chatgpt gpt language model automated
        behind"""
    ),
    "about": _set(
        """name called work works do help made built created runs sources source information functions introduce yourself
        purpose"""
    ),
    "insult": _set("stupid idiot dumb useless suck sucks shut up fuck fucking shit crap rubbish liar moron hate worst"),
}
_BEFORE = frozenset().union(*(talk[kind] for talk in (_GERMAN, _ENGLISH) for kind in ("greeting", "thanks")))
# What each kind must hold besides: "Tag" alone is no greeting, "helfen" alone does not ask about us.
_MEANT: dict[Kind, re.Pattern[str]] = {
    "human": _pattern(
        r"""\b(?:du|dir|dich|sie|ihnen|ihr|you|ich|i|jemand|wer|was|hier|ende|this|someone|somebody|das|da|there|chat)\b
        .*\b(?:mensch\w*|person|ki|roboter|\w*bot|computer|maschine|\w*programm|software|automat|intelligenz|sprachmodell|lebendig|
        lebewesen|bewusstsein|gefühle|mitarbeiter(?:in)?|sachbearbeiter(?:in)?|beamter|angestellter|kolleg(?:e|in)|
        (?:chat)?gpt|algorithmus|maschinell|virtuell|echt(?:er|e|en|es)?|fleisch|wesen|mann|frau|
        human|ai|robot|machine|program|real|artificial|alive|conscious|model|automated)\b|
        ^(?:lebst du|hast du (?:gefühle|ein bewusstsein))$|^(?:mensch|person|human|ki|ai|roboter|bot|programm)\b.*\b(?:oder|or)\b|
        ^(?:ein )?echter mensch$|^(?:human|real person|ki)$"""
    ),
    "about": _pattern(
        r"""\b(?:wer|was) (?:bist du|sind sie|seid ihr)\b|
        \b(?:was|wie(?! geht)|wobei|womit|wozu|worüber)\b.*\b(?:du|sie|dir|dich|ratslotse)\b|
        \b(?:kannst du|können sie|könnt ihr)\b.*\b(?:helfen|tun|alles)\b|\b(?:dein|ihr) name\b|
        \bwoher\b.*\b(?:du|sie|deine|ihre)\b|\bwer\b.*\b(?:dich|hinter dir|ratslotse)\b|
        ^(?:hilfe|help|hilf mir|help me|anleitung|bedienung)$|\bstell(?:en sie)? (?:dich|sich)\b|
        \b(?:who|what) are you\b|\b(?:what|how)\b.*\b(?:do|can) you\b|\byour (?:name|sources|purpose)\b|\bwho\b.*\byou\b|
        \b(?:can|could) you help\b|\bwas ist (?:der )?ratslotse\b|\bwhat is ratslotse\b|\bintroduce yourself\b"""
    ),
    "insult": _pattern(
        r"""\b(?:dumm|blöd|doof|idiot\w*|depp|trottel|schei(?:ß|ss)e?|mist|mistding|schrott|nutzlos|unnütz|unfähig|klappe|fresse|
        arschloch|arsch|lügner|lügst|müll|bescheuert|dämlich|schlecht|nervst|versager|verarsch\w+|
        stupid|idiot|dumb|useless|sucks?|shut up|fuck\w*|shit|crap|rubbish|liar|moron|hate)\b"""
    ),
    "goodbye": _pattern(
        r"""\b(?:tschüss|tschüs|tschau|ciao|wieder(?:sehen|schauen)|ade|bis (?:bald|später|dann)|schönen (?:tag|abend|feierabend)|
        bye|goodbye|see you|farewell|nice day)\b"""
    ),
    "thanks": _pattern(r"\b(?:danke|dank|dankeschön|thanks|thank|thx|cheers|(?:sehr|very|war|das ist) (?:hilfreich|helpful))\b"),
    "greeting": _pattern(
        r"""^(?:hallo|hallöchen|moin|servus|tach|mahlzeit|grüezi|grüß|hello|hi|hey|greetings|howdy)\b|
        \b(?:guten (?:tag|morgen|abend)|good (?:morning|afternoon|evening)|wie geht(?:'s|s| es)|how are you)\b"""
    ),
}
_ORDER = r"^(?:bitte |(?:kannst du|können sie) (?:mir )?(?:bitte )?|please |(?:can|could) you (?:please )?)?"
_PIECE = (
    r"(?:gedichte?|witze?|reime?|märchen|lied(?:er|text)?|song|limerick|haiku|kurzgeschichte|geschichte|roman|aufsatz|bewerbung|"
    r"liebesbrief|rede|hausaufgaben?|code|programm|rezept|poem|jokes?|story|essay|speech|recipe|letter)"
)
# Orders and questions to us that no paper answers, whatever they are about.
_REQUESTS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "rules",
        _pattern(
            rf"""{_ORDER}(?:(?:ignoriere?(?: sie)?|vergiss|vergessen sie|missachte(?:n sie)?|umgehe|ignore|forget|disregard|
            override|bypass)\b.{{0,60}}\b(?:anweisung\w*|regeln?|vorgaben?|instruktion\w*|vorherige\w*|bisherige\w*|einschränkung\w*|
            instructions?|rules?|previous|above|restrictions?|prompt)\b|
            (?:zeig\w*|nenne?n?|verrate?n?|gib|geben|druck\w*|wiederhol\w*|offenbar\w*|wie lautet|was steht in|was ist|
            show|reveal|print|repeat|give|tell|output|what(?: i|')s|what are)\b.{{0,40}}\b(?:system-?\s?prompts?|prompt|
            (?:deine?n?|ihre?n?|interne\w*|geheime\w*|your|hidden|secret|initial) (?:\w+ )?
            (?:anweisungen|instruktionen|regeln|instructions|rules|prompt))\b|
            (?:du bist|sie sind|you are) (?:jetzt|ab jetzt|ab sofort|nun|now|from now on)\b|
            (?:tu|tue|tun sie) so,? als\b|pretend\b|act as\b|(?:spiel|spiele|spielen sie) (?:die rolle|einen|eine)\b)"""
        ),
    ),
    (
        "outside",
        _pattern(
            rf"""{_ORDER}(?:(?:schreib\w*|verfass\w*|dichte|erzähl\w*|sing\w*|reim\w*|erfinde|write|compose|tell|sing|make up)\b
            (?: \w+){{0,5}} {_PIECE}\b|(?:übersetze?n?|translate)\b.|
            .{{0,40}} {_PIECE} (?:schreiben|erzählen|dichten|verfassen|vorsingen)$|
            (?:rechne|berechne|programmiere|buche|bestelle|koche|google|book|order|calculate)\b(?: \w+)+|
            wie spät ist es|what time is it|welcher tag ist heute)|
            \b(?:soll|sollte|kann|darf|muss) ich\b.*\b(?:klagen|verklagen|widerspruch einlegen|anfechten|einspruch einlegen)\b|
            \b(?:should|can) i (?:sue|appeal|take legal action)\b|
            \b(?:berate|beraten sie) mich (?:rechtlich|juristisch|anwaltlich)\b|\b(?:give|need) (?:me )?legal advice\b|
            ^ich (?:brauche|möchte|will) (?:eine )?(?:rechtsberatung|rechtliche beratung|juristischen rat)\b"""
        ),
    ),
    (
        "weather",
        _pattern(
            r"""^(?:wie (?:ist|wird|war)|was macht|how is|how's|what(?:'s| is| will))(?: denn)?
            (?: das| the)? (?:wetter|weather)(?=$| (?:heute|morgen|in|am|diese|like|today|tomorrow|this|on)\b)|
            ^(?:regnet|schneit|stürmt) es\b|
            ^(?:wird|scheint) (?:es|morgen|heute|die sonne)\b.*\b(?:regnen|schneien|warm|kalt|sonne)\b|
            ^(?:is it|will it) (?:rain|snow|raining|snowing|sunny)\b|^wetter (?:heute|morgen)\b"""
        ),
    ),
    (
        "opinion",
        _pattern(
            r"""\b(?:wen|was|welche partei|welchen kandidaten|wem) (?:soll|sollte|kann|muss|würdest|würden) (?:ich|man|du|sie)\b
            .*\b(?:wählen|stimme geben)\b|\bwho(?:m)? should i vote for\b|\bwhich party should i\b|
            \b(?:wen|was|welche partei) (?:wählst du|wählen sie|würdest du wählen)\b|
            ^(?:was|wie) (?:denkst|hältst|meinst|findest|glaubst) du\b|^wie finden sie\b|
            ^(?:was ist|wie ist|sag mir|sagen sie mir) (?:deine|ihre) (?:eigene |persönliche )?meinung\b|
            ^what do you think\b|\byour (?:own |personal )?opinion\b|^welche partei ist (?:die )?(?:beste|besser|richtige)\b|
            ^(?:who|which party) do you (?:vote|support)\b"""
        ),
    ),
)
_SPOKEN_ENGLISH = frozenset().union(*_ENGLISH.values()) | _set(
    "you your are is the a an am i me my what who how can could do does please write translate ignore show should will it"
)
_SPOKEN_GERMAN = frozenset().union(*_GERMAN.values()) | _set(
    "du sie ihr dein deine ist der die das ein eine einen ich mir was wer wie kann kannst können bitte schreib alle soll wird es"
)
_KEYBOARD = re.compile(r"(?:asdf|qwer|wert[zy]|yxcv|hjkl|jklö|sdfg|dfgh|uiop)|(.)\1{3,}|(?:(\w{2,3})\2{2,})")
_VOWEL = re.compile(r"[aeiouyäöüàéè]", re.IGNORECASE)


@dataclass(frozen=True)
class Talk:
    kind: Kind
    language: Language


def small_talk(text: str, names: Names) -> Talk | None:
    """What kind of talk a text is; None: a question, or words to look for.

    >>> import types; nobody = types.SimpleNamespace()  # no index is asked
    >>> small_talk("Vielen Dank!", nobody).kind, small_talk("Bist du ein Mensch?", nobody).kind
    ('thanks', 'human')
    """
    plain = " ".join(text.lower().replace("’", "'").split()).strip(" .!?…")
    words = _WORD.findall(plain)
    kind = "outside" if PROMPT.match(plain) else next((kind for kind, pattern in _REQUESTS if pattern.search(plain)), None)
    if kind is None and len(words) <= _LONGEST:
        said = " ".join(words)
        kind = next((kind for kind, meant in _MEANT.items() if meant.search(said) and _only(words, kind)), None)
    if kind is None and _unclear(text, names):
        kind = "unclear"
    return Talk(kind, _language(words)) if kind else None


def _only(words: list[str], kind: Kind) -> bool:
    """Whether all words are words of such talk; a greeting or thanks may stand before anything of another kind."""
    of_kind = _GERMAN[kind] | _ENGLISH[kind]
    return all(word in of_kind or word in _BEFORE or word in _FILLERS or word in STOP_WORDS for word in words)


def _language(words: list[str]) -> Language:
    return "en" if sum(word in _SPOKEN_ENGLISH for word in words) > sum(word in _SPOKEN_GERMAN for word in words) else "de"


def _unclear(text: str, names: Names) -> bool:
    """One letter, or words that no language has and no paper holds: "asdf", "xkcdq", "aaaa"."""
    words = _WORD.findall(text)
    if len(words) == 1 and len(words[0]) == 1:
        return not words[0].isdigit()
    if not words or len(words) > 3 or any(character.isdigit() for character in text):
        return False
    return all(_no_word(word) and not names.generation.lexical.knows(stem(fold(word))) for word in words)


def _no_word(word: str) -> bool:
    without_vowel = len(word) > 2 and not word.isupper() and not _VOWEL.search(word)
    return without_vowel or bool(_KEYBOARD.search(word.lower()))
