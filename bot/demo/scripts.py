"""What the demo's shoppers say about things that the help center does not answer, in three languages."""

from __future__ import annotations

from dataclasses import dataclass

Lines = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Theme:
    """One thing that people ask about; `{x}` in a line is one of the slot's words."""

    name: str
    asks: Lines
    slots: Lines
    agents: Lines
    near: str
    """The entry that comes nearest."""
    answered: float
    """Share of the turns in which the bot gives that entry's answer all the same."""


STRIKE = Theme(
    "carrier strike",
    {
        "en": (
            "the couriers are on strike, when will my {x} come?",
            "is my {x} stuck because of the carrier strike",
            "I read the drivers are striking, what about my {x}",
            "courier strike in my city, will the {x} still be delivered this week?",
            "nobody delivers because of the strike, can you send my {x} with another carrier",
            "how long will the strike hold up my {x}?",
            "tracking says delayed by industrial action strike",
            "strike again?? my {x} was due monday",
            "will you refund the {x} if the strike goes on",
            "does the carrier strike affect orders with a {x}",
        ),
        "es": (
            "los repartidores están en huelga, ¿cuándo llega mi {x}?",
            "¿mi {x} está parado por la huelga de transportistas?",
            "he leído que hay huelga de mensajeros, ¿qué pasa con mi {x}?",
            "con la huelga de reparto, ¿me llegará el {x} esta semana?",
            "nadie reparte por la huelga, ¿podéis mandar mi {x} con otra empresa?",
            "¿cuánto va a retrasar la huelga mi {x}?",
            "el seguimiento dice retraso por huelga",
            "otra vez huelga?? el {x} tenía que llegar el lunes",
            "¿me devolvéis el dinero del {x} si sigue la huelga?",
        ),
        "fr": (
            "les livreurs sont en grève, quand arrive mon {x} ?",
            "est-ce que mon {x} est bloqué à cause de la grève des transporteurs ?",
            "j'ai lu que les livreurs font grève, et mon {x} alors ?",
            "avec la grève, mon {x} sera livré cette semaine ?",
            "personne ne livre à cause de la grève, vous pouvez envoyer mon {x} autrement ?",
            "combien de temps la grève va retarder mon {x} ?",
            "le suivi indique retard pour cause de grève",
            "encore la grève ?? le {x} devait arriver lundi",
        ),
    },
    {
        "en": ("lamp", "kettle", "backpack", "parcel", "headphones", "shoes", "order"),
        "es": ("paquete", "pedido", "envío", "hervidor", "artículo"),
        "fr": ("colis", "paquet", "sac à dos", "article", "casque"),
    },
    {
        "en": ("I'm sorry. The strike should end by the weekend; your parcel goes out with another carrier tomorrow.",),
        "es": ("Lo siento. La huelga debería acabar el fin de semana; tu paquete sale mañana con otra empresa.",),
        "fr": (
            "Je suis désolé. La grève devrait finir ce week-end ; votre colis part demain par un autre transporteur.",
        ),
    },
    "shipping/late-delivery",
    0.55,
)

OUTAGE = Theme(
    "payment outage",
    {
        "en": (
            "the checkout shows error 502 when I press pay",
            "payment page does not load, error 502",
            "I can't pay, the payment page is down",
            "checkout crashes with an error at the payment step",
            "is your payment system down? error for the {x} too",
            "paying for the {x} fails with error 502 every time",
            "payment page stays white after I enter my card",
            "your checkout is broken, error when paying the {x}",
        ),
        "es": (
            "la página de pago da error 502 al pulsar pagar",
            "no carga la página de pago, error 502",
            "no puedo pagar, la pasarela de pago está caída",
            "el pago del {x} falla con error 502 todo el rato",
            "¿tenéis caído el sistema de pago? da error",
            "la pantalla de pago se queda en blanco al poner la tarjeta",
        ),
        "fr": (
            "la page de paiement affiche erreur 502 quand je paie",
            "impossible de payer, la page de paiement ne charge pas",
            "votre système de paiement est en panne ? erreur 502",
            "le paiement du {x} échoue avec erreur 502 à chaque fois",
            "la page de paiement reste blanche après la carte, erreur",
        ),
    },
    STRIKE.slots,
    {
        "en": (
            "Our payment provider had a fault today. It works again now; nothing was charged. Please try once more.",
        ),
        "es": ("Hoy falló nuestro proveedor de pagos. Ya funciona; no se te ha cobrado nada. Inténtalo otra vez.",),
        "fr": ("Notre prestataire de paiement a eu une panne. C'est réparé et rien n'a été débité : réessayez.",),
    },
    "payments/payment-declined",
    0.1,
)

GIFT_WRAP = Theme(
    "gift wrapping",
    {
        "en": (
            "can you gift wrap the {x}?",
            "do you offer gift wrapping paper for a {x}",
            "I want the {x} wrapped as a present",
            "is there a gift box or wrapping for presents",
            "can I add a gift card message and wrapping to the {x}",
            "wrap my order as a gift please",
        ),
        "es": (
            "¿podéis envolver el {x} para regalo?",
            "¿tenéis papel de regalo para envolver?",
            "quiero el {x} envuelto para regalo",
            "¿se puede añadir envoltorio de regalo y una nota?",
            "envolver mi pedido para regalo por favor",
        ),
        "fr": (
            "pouvez-vous emballer le {x} en paquet cadeau ?",
            "proposez-vous un emballage cadeau ?",
            "je voudrais le {x} en papier cadeau",
            "peut-on ajouter un paquet cadeau et un mot ?",
        ),
    },
    STRIKE.slots,
    {
        "en": (
            'Yes: tick "gift wrapping" in the basket. It costs 3 euros an item, and you can add a note of 200 letters.',
        ),
        "es": ('Sí: marca "envolver para regalo" en la cesta. Cuesta 3 euros y puedes añadir una nota.',),
        "fr": ("Oui : cochez « paquet cadeau » dans le panier. Cela coûte 3 euros, petit mot compris.",),
    },
    "payments/gift-card",
    0.15,
)

SPARE_PARTS = Theme(
    "spare parts",
    {
        "en": (
            "where do I buy a spare part for my {x}",
            "do you sell replacement parts for the {x}?",
            "the lid of my kettle broke, can I get a spare one",
            "I need a replacement strap for the backpack",
            "spare ear cushions for the headphones?",
            "replacement shade for the lamp please",
        ),
        "es": (
            "¿dónde compro un repuesto para mi {x}?",
            "¿vendéis piezas de recambio del {x}?",
            "se rompió la tapa del hervidor, ¿hay repuesto?",
            "necesito una correa de recambio para la mochila",
        ),
        "fr": (
            "où acheter une pièce de rechange pour mon {x} ?",
            "vendez-vous des pièces détachées pour le {x} ?",
            "le couvercle de la bouilloire est cassé, une pièce de rechange ?",
            "il me faut une sangle de rechange pour le sac à dos",
        ),
    },
    STRIKE.slots,
    {
        "en": ("We keep spare parts for five years. Tell me the model's number and I send you a link.",),
        "es": ("Guardamos repuestos durante cinco años. Dime el número de modelo y te mando un enlace.",),
        "fr": ("Nous gardons les pièces cinq ans. Donnez-moi le numéro de modèle et je vous envoie un lien.",),
    },
    "products/product-details",
    0.2,
)

STANDING = (GIFT_WRAP, SPARE_PARTS)

ASKS_FOR_PERSON: Lines = {
    "en": ("I want to talk to a person", "can I speak to somebody please", "a human please"),
    "es": ("quiero hablar con una persona", "¿puedo hablar con alguien?", "un humano por favor"),
    "fr": ("je veux parler à une personne", "puis-je parler à quelqu'un ?", "un humain s'il vous plaît"),
}
AGENT_LINES: Lines = {
    "en": (
        "Hello, I'm looking into it.",
        "I have checked your order: it is taken care of.",
        "Done. Anything else I can do?",
    ),
    "es": (
        "Hola, lo estoy mirando.",
        "He revisado tu pedido: ya está resuelto.",
        "Listo. ¿Algo más en que pueda ayudarte?",
    ),
    "fr": (
        "Bonjour, je regarde cela.",
        "J'ai vérifié votre commande : c'est réglé.",
        "C'est fait. Puis-je faire autre chose ?",
    ),
}
THANKS: Lines = {"en": ("thanks", "thank you"), "es": ("gracias", "muchas gracias"), "fr": ("merci", "merci beaucoup")}
GIVING_UP: Lines = {
    "en": ("I can't find the right answer. Would you like to talk to a person?",),
    "es": ("No encuentro la respuesta adecuada. ¿Quieres hablar con una persona?",),
    "fr": ("Je ne trouve pas la bonne réponse. Voulez-vous parler à une personne ?",),
}
ASKING_BACK: Lines = {
    "en": ("Did you mean one of these?",),
    "es": ("¿Te refieres a alguna de estas?",),
    "fr": ("Parlez-vous de l'un de ces sujets ?",),
}
