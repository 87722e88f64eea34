"""What a message does in the dialogue, beside asking: turns an answer down, follows up, says thanks.

These are few, closed turns of phrase, so they are patterns on folded text (no accents, apostrophes as spaces), not
entries: they hold for every help center. All patterns are linear: nothing is repeated without a bound.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bot.locale.common_words import common_words
from bot.text.tokens import words

_ORDER = {
    "en": r"(?:order|parcel|package|delivery|shipment|purchase|return|refund|account|case|dispute|payment)s?",
    "es": r"(?:pedidos?|ordens?|ordenes|compras?|paquetes?|envios?|encargos?|devolucion|reembolso|cuenta|disputa|pago)",
    "fr": r"(?:commandes?|colis|paquets?|livraison|achats?|retour|remboursement|compte|litige|paiement)",
}
_GAP = r"(?: \w+){0,6}?"
"""A few words in between."""

_LOOK_UP: Mapping[str, tuple[str, ...]] = {
    "en": (
        (
            r"\b(?:can|could|would|will|may) (?:you|u|ya|someone|somebody|anyone|one of you)(?: "
            rf"\w+){{0,3}}? (?:look up|look into|look at|look for|check|verify|find|locate|track down|"
            rf"pull up|open up|bring up|see|have a look|take a look|investigate){_GAP} (?:my|the|this|"
            rf"our) (?:\w+ )?{_ORDER['en']}\b"
        ),
        (
            rf"^(?:\w+ ){{0,2}}?(?:look up|look into|pull up|check on|check up on) (?:on )?(?:my|our) "
            rf"(?:\w+ )?{_ORDER['en']}\b"
        ),
        (
            r"\b(?:need|want|like) (?:you|u|someone|somebody) to (?:look|check|find|verify|"
            rf"pull)\b{_GAP} (?:my|our) (?:\w+ )?{_ORDER['en']}\b"
        ),
        (
            rf"\b(?:check|look){_GAP} (?:my|our) (?:\w+ )?{_ORDER['en']} (?:for me|in your system|on "
            r"your (?:side|end|system))\b"
        ),
    ),
    "es": (
        (
            rf"\b(?:puedes|puede|pueden|podes|podrias|podria|podrian|podeis|podriais)(?: \w+){{0,2}}? "
            r"(?:mirar|mirarme|ver|verme|revisar|revisarme|chequear|chequearme|checar|checarme|"
            r"comprobar|comprobarme|verificar|verificarme|consultar|consultarme|buscar|buscarme|"
            rf"fijarte|fijarse|rastrear){_GAP} (?:mi|mis|el|la|este|esta|nuestro|nuestra) (?:\w+ "
            rf")?{_ORDER['es']}\b"
        ),
        (
            r"\b(?:me|nos) (?:puedes|puede|pueden|podes|podrias|podria|podrian|podeis) (?:mirar|ver|"
            rf"revisar|chequear|checar|comprobar|verificar|consultar|buscar){_GAP} (?:mi|mis|el|la) "
            rf"(?:\w+ )?{_ORDER['es']}\b"
        ),
        (
            r"\b(?:me|nos) (?:miras|mira|miran|revisas|revisa|revisan|checas|checa|compruebas|"
            r"comprueba|verificas|verifica|buscas|busca|chequeas) (?:mi|mis|el|la) (?:\w+ "
            rf")?{_ORDER['es']}\b"
        ),
        (
            r"\b(?:mirame|revisame|revisenme|checame|chequeame|fijate|verificame|buscame|"
            rf"miradme)\b{_GAP} (?:mi|mis|el|la) (?:\w+ )?{_ORDER['es']}\b"
        ),
        (
            r"\b(?:necesito|quiero|quisiera) que (?:me )?(?:mires|mire|miren|revises|revise|revisen|"
            rf"verifiques|verifique|verifiquen|compruebes|compruebe|busquen|busques){_GAP} (?:mi|mis|"
            rf"el|la) (?:\w+ )?{_ORDER['es']}\b"
        ),
    ),
    "fr": (
        (
            r"\b(?:pouvez vous|pourriez vous|peux tu|pourrais tu|vous pouvez|vous pourriez|tu peux|tu "
            rf"pourrais|pouvez|quelqu un peut|quelqu un pourrait)(?: \w+){{0,3}}? (?:verifier|regarder|"
            r"voir|consulter|checker|chercher|retrouver|jeter un (?:oeil|coup d oeil)|controler|"
            rf"rechercher|me dire dans votre systeme){_GAP} (?:ma|mon|mes|la|le|cette|ce|notre) (?:\w+ "
            rf")?{_ORDER['fr']}\b"
        ),
        (
            rf"\b(?:verifiez|regardez|consultez|regarde|verifie|checkez)\b{_GAP} (?:ma|mon|mes|notre) "
            rf"(?:\w+ )?{_ORDER['fr']}\b"
        ),
        (
            r"\b(?:j aimerais|je voudrais|je veux|il faudrait) que (?:vous|tu) (?:verifiiez|verifiez|"
            rf"regardiez|regardez|verifies|regardes|consultiez){_GAP} (?:ma|mon|mes) (?:\w+ "
            rf")?{_ORDER['fr']}\b"
        ),
    ),
}
"""Please look at *my* order: only somebody with access to orders can."""

_ACT_FOR_ME: Mapping[str, tuple[str, ...]] = {
    "en": (
        (
            r"\b(?:can|could|would|will) (?:you|u|someone|somebody)(?: \w+){0,2}? (?:look into|sort|"
            r"fix|chase|handle|deal with|investigate|check|do|take care of|follow up on) (?:it|this|"
            r"that)\b(?: \w+){0,4}? (?:for me|for us|please|pls)\b"
        ),
        (
            r"\b(?:can|could|would) (?:you|u|someone|somebody) (?:please )?(?:look into|investigate|"
            r"chase) (?:it|this|that)\b"
        ),
        r"\b(?:do|check|sort|fix|handle) (?:it|this|that) (?:for me|from your (?:end|side))\b",
    ),
    "es": (
        (
            r"\b(?:lo|la|me lo|me la) (?:puedes|puede|pueden|podes|podrias|podria|podrian) (?:mirar|"
            r"revisar|investigar|arreglar|gestionar|solucionar|hacer|resolver|averiguar|checar)\b"
        ),
        (
            r"\b(?:puedes|puede|pueden|podes|podrias|podria|podrian) (?:mirarlo|revisarlo|"
            r"investigarlo|arreglarlo|gestionarlo|solucionarlo|hacerlo|resolverlo|averiguarlo|"
            r"checarlo|arreglarmelo|mirarmelo|hacermelo|solucionarmelo)\b"
        ),
    ),
    "fr": (
        (
            r"\b(?:pouvez vous|pourriez vous|peux tu|vous pouvez|tu peux|pourrais tu)(?: \w+){0,2}? "
            r"(?:regarder|verifier|regler|arranger|enqueter|vous en occuper|t en occuper|le faire|"
            r"faire ca)(?: \w+){0,3}? (?:pour moi|a ma place|pour nous|svp|de votre cote)\b"
        ),
        (
            r"\b(?:pouvez vous|pourriez vous|vous pouvez) (?:vous en occuper|vous en charger|mener "
            r"une enquete|ouvrir une enquete)\b"
        ),
    ),
}
"""Please do it for me: said after an answer, it asks for somebody who can act."""

_TURNED_DOWN: Mapping[str, tuple[str, ...]] = {
    "en": (
        r"\bnone of (?:that|these|those|them|the above|your)\b",
        r"\b(?:no|nope|nah)(?: \w+)? (?:not|none|wrong)\b",
        (
            r"^(?:not|isn t|its not|it s not|thats not|that s not|wasn t|that isn t|that wasn t) "
            r"(?:that|it|this|these|those|them|what i)\b"
        ),
        (
            r"\b(?:that|this|it) (?:is not|isn t|is nt|isnt|s not|wasn t|was not|wasnt|not) (?:it|"
            r"what i|helpful|helping|right|my (?:question|problem|issue)|the (?:question|problem|"
            r"issue|answer))\b"
        ),
        (
            r"\b(?:that|this|it) (?:does not|doesn t|doesnt|didn t|did not|didnt|won t|hasn t|"
            r"hasnt)(?: really| even)? (?:help|answer|solve|fix|work for me|explain|address)\w*\b"
        ),
        r"\b(?:not (?:very |at all )?(?:helpful|useful)|no help|useless answer|wrong answer|unhelpful)\b",
        (
            r"\b(?:you|u|bot) (?:do not|don t|dont|didn t|didnt|did not|are not|aren t|re not|not) "
            r"(?:\w+ )?(?:understand|understanding|get|getting|listen|listening|read|reading|help|"
            r"helping)\w*\b"
        ),
        r"\b(?:something|anything) else(?: entirely)?$",
        r"^(?:no|nope|nah|no no|wrong|neither)$",
        r"\bnot what i (?:asked|meant|mean|want|wanted|need|needed|was asking|am asking)\b",
    ),
    "es": (
        r"\b(?:ninguna|ninguno|nada) de (?:eso|esas|esos|esto|estas|estos|las|los|lo)\b",
        (
            r"\b(?:eso|esto|asi|esa|ese)?(?: ?no) (?:me )?(?:sirve|sirvio|sirven|ayuda|ayudo|ayudan|"
            r"funciono|resuelve|soluciona|aclara|vale de nada)\b"
        ),
        r"\bno (?:era|es|fue) (?:eso|esto|asi|lo que|la respuesta|ese|esa)\b",
        r"\b(?:eso|esto|asi) no (?:era|es|fue)\b",
        (
            r"\bno me (?:estas |esta |estan |has |ha )?(?:entiendes|entendes|entiende|entendiendo|"
            r"entienden|entendido|comprendes|comprendiendo|ayudas|ayuda|respondes|contestas|explique|"
            r"explico)\b"
        ),
        r"^(?:no|no no|tampoco|nop|nel|para nada|ninguno|ninguna)(?: tampoco| gracias)?$",
        r"\btampoco\b(?: \w+){0,3}$",
        r"\b(?:me refiero|hablo|preguntaba|pregunto) (?:a|de|por) (?:otra|otro|lo otro)\b",
        r"\bno (?:tiene|tienen) nada que ver\b",
    ),
    "fr": (
        (
            r"\b(?:aucun|aucune|rien) (?:de (?:ces|ceux|celles|tout|ca|cela)|des (?:trois|deux|"
            r"reponses|propositions))\b"
        ),
        (
            r"\b(?:c est|ce n est|c etait|ce n etait|n est|est|non)(?: vraiment)? pas (?:du tout "
            r")?(?:ca|cela|ce que|la (?:question|reponse)|mon probleme|le sujet|bon)\b"
        ),
        r"\b(?:rien a voir|a cote de la plaque|hors sujet|mauvaise reponse)\b",
        (
            r"\b(?:ca|cela) (?:ne )?(?:m |me )?(?:aide|avance|sert|repond|regle|resout|sert a)(?: "
            r"\w+)? (?:pas|rien)\b"
        ),
        (
            r"\b(?:vous|tu) (?:ne )?(?:me |m )?(?:comprenez|comprends|repondez|reponds|ecoutez|"
            r"ecoutes|avez|aidez) (?:pas|rien)\b"
        ),
        r"\bpas (?:ce que je|ma question|mon probleme|utile)\b",
        r"\b(?:je parle|je parlais|je veux dire|je pensais)(?: \w+)? (?:l|d|a|de|une|un) ?(?:autre|autres)\b",
        r"^(?:non|non non|nan|nope|aucun|aucune|aucun des deux|aucune des trois)$",
    ),
}
"""The answer, or the choices, were not what the shopper meant."""
_LONGEST_TURN_DOWN = 14
"""Words; a longer message has a content of its own."""

_CLOSES: Mapping[str, tuple[str, ...]] = {
    "en": (
        (
            r"\b(?:thanks|thank you|thx|ty|cheers|got it|understood|makes sense|sorted|perfect|great|"
            r"brilliant|awesome|lovely|all good|no worries)\b"
        ),
        r"\b(?:i ll|i will|ill|we ll|happy to) (?:wait|hang on|hold|be here|stand by)\b",
        r"^(?:ok|okay|alright|fine|cool|sure|right)$",
    ),
    "es": (
        r"\b(?:gracias|perfecto|genial|entendido|listo|buenisimo|estupendo|fenomenal|barbaro|de acuerdo)\b",
        r"\b(?:espero|esperare|aguardo|quedo a la espera|quedo atenta|quedo atento|aqui espero|me espero)\b",
        r"^(?:ok|vale|dale|bueno|bien|va|okey|sale)$",
    ),
    "fr": (
        (
            r"\b(?:merci|parfait|super|nickel|impeccable|genial|compris|c est note|c est bon|ca "
            r"marche pour moi|tout bon)\b"
        ),
        r"\b(?:j attends|j attendrai|je patiente|je reste en ligne|j attend|je vais attendre|on attend)\b",
        r"^(?:ok|d accord|bien|bon|entendu|ca marche|oki)$",
    ),
}
"""Thanks, agrees or waits."""
_LONGEST_CLOSING = 7
_CLOSING_WORDS = {
    "en": "wait waiting hang hold stand by worries sense makes got sorted helped works beautiful patient "
    "minute second moment understood alright "
    "all day have one then will ll happy lot lots bunch million much so appreciated appreciate",
    "es": "espero esperare aguardo quedo espera atenta atento buenisimo crack amable maestro maquina "
    "barbaro entendido momento minuto ratito "
    "fenomenal estupendo acuerdo mil muchas entrar pude ya era",
    "fr": "attends attendrai attend patiente reste ligne note compris entendu impeccable parfait "
    "moment minute instant genial bonne fin excellente "
    "gentil gentille bcp tout bon clair comprends",
}

_FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "en": (
        r"^(?:ok |okay |right |oh |hmm |and so )?(?:and|but|so|also|then|what about|how about|what if|or)\b",
        r"\b(?:in that case|then|though|instead|that one|the same|as well|too)\W*$",
    ),
    "es": (
        (
            r"^(?:ok |vale |bueno |ah |dale |bien )?(?:y|e|pero|entonces|o|ademas|tambien|de paso|y "
            r"si|y que|que pasa si)\b"
        ),
        r"\b(?:en ese caso|entonces|tambien|igual)\W*$",
    ),
    "fr": (
        r"^(?:ok |d accord |bon |ah |oui )?(?:et|mais|alors|donc|ou|sinon|aussi|puis|pis|qu en est il)\b",
        r"\b(?:dans ce cas|du coup|alors|aussi|non plus)\W*$",
    ),
}
"""Goes on from the turn before."""
_LONGEST_FOLLOW_UP = 16

_HYPOTHETICAL: Mapping[str, tuple[str, ...]] = {
    "en": (r"\b(?:and|but|or|what) if\b", r"^if\b"),
    "es": (r"\b(?:y|e|pero|pasa) si\b", r"^si\b"),
    "fr": (r"\b(?:et|mais|ou) (?:si|s)\b", r"^(?:si|s)\b"),
}
"""Puts another case: what it says of it is new, whatever it points back to."""
_POINTS_TO_THING: Mapping[str, tuple[str, ...]] = {
    "en": (r"\b(?:it|they|them)\b",),
    "es": (r"\b(?:ella|ellas|ellos)\b",),
    "fr": (r"\b(?:il|ils|elle|elles)\b(?! (?:faut|faudra|faudrait|y|est possible))",),
}
"""A personal pronoun stands for the thing that was spoken of."""
_POINTS_TO_EVENT: Mapping[str, tuple[str, ...]] = {
    "en": (r"\b(?:that|this)\b",),
    "es": (r"\b(?:eso|esto)\b",),
    "fr": (r"\b(?:ca|cela)\b",),
}
"""A demonstrative stands for what was said, and asks for more about it."""
_ELLIPSIS: Mapping[str, tuple[str, ...]] = {
    "en": (r"^and (?:how (?:much|long|many)|when|where|who|why|what does)\b",),
    "es": (r"^y (?:cuanto|cuanta|cuantos|cuantas|cuando|donde|quien|como|por que)\b",),
    "fr": (r"^et (?:combien|quand|ou|qui|comment|pourquoi|a quel prix|c est combien)\b",),
}
"""A question word that goes on from what was said."""
_LONGEST_REFERENCE = 9
_MOST_WORDS_OF_ITS_OWN = 2
"""A message that says more than this names what it is about."""

_NAMES_A_TOPIC: Mapping[str, tuple[str, ...]] = {
    "en": (
        (
            r"\b(?:something|smth|sth)(?: \w+){0,2}? (?:up|wrong|off|weird|strange|odd|funny)(?: "
            r"going on)? with (?:my|the|our|an?)(?: \w+){1,2}$"
        ),
        (
            r"\b(?:problems?|issues?|trouble|questions?|query|concern)(?: \w+)? (?:with|about|"
            r"regarding|on|concerning) (?:my|the|our|an?)(?: \w+){1,2}$"
        ),
        (
            r"^(?:hi |hello |hey )?(?:it s|its|it is|this is|i m writing|im writing|i am writing) "
            r"(?:about|regarding|concerning) (?:my|the|our|an?)(?: \w+){1,2}$"
        ),
    ),
    "es": (
        (
            r"\b(?:problemas?|duda|dudas|consulta|inconveniente|inconvenientes|tema|lio|pregunta|"
            r"cuestion)(?: \w+)? (?:con|sobre|de|acerca de) (?:mi|mis|el|la|un|una|los|las)(?: "
            r"\w+){1,2}$"
        ),
        r"\b(?:pasa|paso|ocurre|anda mal) (?:algo )?(?:\w+ )?con (?:mi|el|la)(?: \w+){1,2}$",
        (
            r"^(?:hola )?(?:es|era|escribo|llamo|vengo) (?:por|sobre|para) (?:mi|el|la|un|una|lo de "
            r"mi|lo del)(?: \w+){1,2}$"
        ),
    ),
    "fr": (
        (
            r"\b(?:problemes?|soucis?|questions?|pb|ennui|ennuis)(?: \w+)? (?:avec|sur|concernant|au "
            r"sujet de|a propos de|pour) (?:mon|ma|mes|le|la|les|un|une|l)(?: \w+){1,2}$"
        ),
        (
            r"^(?:bonjour |bonsoir )?(?:c est|c etait|j ecris|j appelle|je vous ecris|je vous "
            r"contacte) (?:pour|au sujet d|concernant|a propos d|rapport a)(?: \w+){1,3}$"
        ),
        r"\b(?:cloche|va pas|bizarre) avec (?:mon|ma|mes|le|la|les)(?: \w+){1,2}$",
    ),
}
"""Says what it is about in a word, and not what about it."""

_VAGUE_COMPLAINT: Mapping[str, tuple[str, ...]] = {
    "en": (
        (
            r"\b(?:problems?|issues?|trouble) (?:with|about) (?:something|smth|sth|one of the things|a thing|stuff|"
            r"what)(?: (?:i|we|that|ve|have|just|bought|ordered|got|purchased|received|here|from|you|your|site|shop))*$"
        ),
    ),
    "es": (
        (
            r"\b(?:problemas?|lio|inconvenientes?) con (?:algo|una cosa|lo)(?: (?:que|compre|pedi|he|hemos|comprado|"
            r"pedido|compramos|recibi|me|llego|aqui))*$"
        ),
    ),
    "fr": (
        (
            r"\b(?:problemes?|soucis?|pb|ennuis?) avec (?:quelque chose|un truc|une chose|ce)(?: (?:que|qu|j|ai|"
            r"on|a|nous|avons|achete|commande|recu|ici|chez|vous))*$"
        ),
    ),
}
"""Something bought gives trouble: neither the thing nor the trouble is named."""

_LANGUAGE_NAMES = frozenset(
    [
        "english",
        "ingles",
        "anglais",
        "spanish",
        "espanol",
        "espagnol",
        "castellano",
        "castillan",
        "french",
        "frances",
        "francais",
        "francaise",
        "inglese",
    ]
)

_GENERIC = {
    "en": "work works working worked problem problems issue issues trouble thing things stuff help need "
    "question wrong "
    "broken happen happened happens happening time last week keeps keep still same usual it's one ones way bad "
    "error fix fixed understand idea something anything wtf omg ugh argh hmm hm um uh eh huh lol "
    "lmao urgent assistance support "
    "did does doing asking mean meant try trying tried",
    "es": "funciona funcionan funcionar funciono anda problema problemas inconveniente duda dudas pregunta "
    "consulta cosa cosas "
    "tema ayuda ayudar ayudame ayudarme necesito siempre mismo misma pasa paso pasando raro mal "
    "error otra vez semana pasada urgente "
    "arreglar entiendo uf ay eh mmm hmm pfff jo caray va sigue igual",
    "fr": "marche marchent marcher fonctionne fonctionnent fonctionner probleme problemes souci "
    "soucis question truc trucs chose "
    "aide aider aidez besoin fois derniere meme pareil encore bug erreur urgent semaine comprends passe bizarre "
    "euh bah ben pfff hein mouais hum oh ah alors voila arrive",
}
"""Words that say that something is wrong, and not what."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message as the patterns look at it."""

    text: str
    language: str
    words: tuple[str, ...]
    """Folded, in order."""
    plain: str
    """The words, joined by spaces."""

    @classmethod
    def of(cls, text: str, language: str) -> Said:
        """Fold the text once for all patterns."""
        found = tuple(words(text))
        return cls(text, language, found, " ".join(found))


@cache
def _compiled(kind: str, language: str) -> re.Pattern[str] | None:
    tables = {
        "look_up": _LOOK_UP,
        "act": _ACT_FOR_ME,
        "turned_down": _TURNED_DOWN,
        "closes": _CLOSES,
        "names": _NAMES_A_TOPIC,
        "follows": _FOLLOWS,
        "hypothetical": _HYPOTHETICAL,
        "thing": _POINTS_TO_THING,
        "event": _POINTS_TO_EVENT,
        "ellipsis": _ELLIPSIS,
        "vague": _VAGUE_COMPLAINT,
    }
    patterns = tables[kind].get(language)
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None


def _matches(kind: str, said: Said) -> bool:
    pattern = _compiled(kind, said.language)
    return pattern is not None and pattern.search(said.plain) is not None


def asks_for_a_look(said: Said) -> bool:
    """Whether the shopper wants their own order looked up."""
    return _matches("look_up", said)


def asks_to_act(said: Said) -> bool:
    """Whether the shopper wants it done for them."""
    return _matches("act", said)


def turns_down(said: Said) -> bool:
    """Whether the shopper turns down what was just said."""
    return len(said.words) <= _LONGEST_TURN_DOWN and _matches("turned_down", said)


def names_a_topic(said: Said) -> bool:
    """Whether the message names a topic and asks nothing about it: "a problem with my account"."""
    return "?" not in said.text and _matches("names", said)


def is_about_language(text: str) -> bool:
    """Whether a part of a message speaks of the language to speak."""
    return any(word in _LANGUAGE_NAMES for word in words(text))


def closes(said: Said) -> bool:
    """Whether the message only thanks, agrees or waits."""
    known = _closing_words(said.language)
    if len(said.words) > _LONGEST_CLOSING or "?" in said.text or not all(word in known for word in said.words):
        return False
    return _matches("closes", said)


def follows_up(said: Said) -> bool:
    """Whether the message goes on from the turn before."""
    return len(said.words) <= _LONGEST_FOLLOW_UP and _matches("follows", said)


def points_to_thing(said: Said) -> bool:
    """Whether a short question stands on a pronoun for the thing before: "does it expire?"."""
    return _leans_back(said) and _matches("thing", said)


def points_to_event(said: Said) -> bool:
    """Whether a short question asks for more about what was said: "and how long does that take?", "y cuánto?"."""
    return _leans_back(said) and (_matches("event", said) or _matches("ellipsis", said))


def _leans_back(said: Said) -> bool:
    if len(said.words) > _LONGEST_REFERENCE or _matches("hypothetical", said):
        return False
    common = common_words(said.language)
    return sum(word not in common and len(word) > 1 for word in said.words) <= _MOST_WORDS_OF_ITS_OWN


def complains_vaguely(said: Said) -> bool:
    """Whether the message only says that something bought gives trouble: the thing has no name, the trouble neither."""
    return "?" not in said.text and _matches("vague", said)


@cache
def _closing_words(language: str) -> frozenset[str]:
    return common_words(language) | frozenset(_CLOSING_WORDS.get(language, "").split())


@cache
def _empty_words(language: str) -> frozenset[str]:
    return common_words(language) | frozenset(_GENERIC.get(language, "").split())


def is_contentless(said: Said) -> bool:
    """Whether no word of the text says what it is about."""
    empty = _empty_words(said.language)
    return all(word in empty or len(word) == 1 or _is_mash(word) for word in said.words)


_SHORTEST_MASH = 4


def _is_mash(word: str) -> bool:
    """Whether a word is keys hit at random: long, and next to no vowels."""
    vowels = sum(letter in "aeiouy" for letter in word)
    return len(word) >= _SHORTEST_MASH and word.isascii() and word.isalpha() and vowels * 6 < len(word)
