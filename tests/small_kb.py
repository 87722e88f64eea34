"""A small help center for tests: six entries in two languages, small talk, a person, and what is out of scope."""

from __future__ import annotations

from bot.knowledge.entries import Entry, KnowledgeBase

TEXTS = {
    "shipping/track": {
        "en": [
            "Where is my parcel?",
            "track my package",
            "where has my delivery got to",
            "parcel tracking",
            "follow my shipment",
        ],
        "es": ["¿Dónde está mi paquete?", "rastrear mi envío", "seguimiento del paquete", "por dónde va mi pedido"],
    },
    "returns/start": {
        "en": [
            "How do I return an item?",
            "send it back",
            "I want to return these shoes",
            "start a return",
            "give the jacket back",
        ],
        "es": [
            "¿Cómo devuelvo un artículo?",
            "quiero devolver los zapatos",
            "hacer una devolución",
            "mandar de vuelta",
        ],
    },
    "refunds/time": {
        "en": ["How long does a refund take?", "when do I get my money back", "refund still not here", "refund time"],
        "es": [
            "¿Cuánto tarda un reembolso?",
            "cuándo me devuelven el dinero",
            "tiempo de reembolso",
            "mi plata no llega",
        ],
    },
    "payments/methods": {
        "en": [
            "Which cards do you take?",
            "can I pay with PayPal",
            "ways to pay",
            "do you accept Visa",
            "payment methods",
        ],
        "es": ["¿Qué tarjetas aceptan?", "puedo pagar con PayPal", "formas de pago", "aceptan Visa"],
    },
    "account/password": {
        "en": ["I forgot my password", "reset my password", "cannot remember my login code", "new password please"],
        "es": ["Olvidé mi contraseña", "restablecer la clave", "no recuerdo la contraseña", "nueva contraseña"],
    },
    "orders/cancel": {
        "en": [
            "How do I cancel my order?",
            "stop the order",
            "I changed my mind about a purchase",
            "cancel a purchase",
        ],
        "es": ["¿Cómo cancelo mi pedido?", "anular la compra", "ya no quiero el pedido", "cancelar pedido"],
    },
    "smalltalk/greeting": {
        "en": ["hello", "hi there", "good morning", "hey"],
        "es": ["hola", "buenos días", "buenas", "qué tal"],
    },
    "smalltalk/thanks": {
        "en": ["thanks", "thank you so much", "cheers", "many thanks"],
        "es": ["gracias", "mil gracias", "muchas gracias", "muy amable"],
    },
    "contact/human-agent": {
        "en": ["Can I talk to a person?", "a human please", "real agent", "speak to somebody", "I want a person"],
        "es": ["¿Puedo hablar con una persona?", "un humano por favor", "agente real", "quiero hablar con alguien"],
    },
}
OUT_OF_SCOPE = {
    "en": ("what is the capital of France", "tell me the weather", "write a poem", "who won the match"),
    "es": ("cuál es la capital de Francia", "qué tiempo hace", "escribe un poema", "quién ganó el partido"),
}


def small_kb(languages: tuple[str, ...] = ("en", "es"), version: str = "small-1") -> KnowledgeBase:
    """Return the small help center in these languages."""
    entries = {
        id_: {
            language: Entry(
                id=id_,
                language=language,
                title=texts[language][0],
                variants=tuple(texts[language][1:]),
                body="An answer.",
                action="handoff" if id_ == "contact/human-agent" else None,
            )
            for language in languages
        }
        for id_, texts in TEXTS.items()
    }
    return KnowledgeBase(entries, {language: OUT_OF_SCOPE[language] for language in languages}, version)
