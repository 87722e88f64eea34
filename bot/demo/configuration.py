"""What the demo's supervisors have set up: hours, a team, and canned replies in three languages."""

from __future__ import annotations

from typing import Any

_REPLIES = {
    "hello": {
        "en": "Hello, this is {agent}. I am reading what you wrote; one moment, please.",
        "es": "Hola, soy {agent}. Estoy leyendo lo que has escrito; un momento, por favor.",
        "fr": "Bonjour, ici {agent}. Je lis votre message ; un instant, s'il vous plaît.",
    },
    "order": {
        "en": "Is this about order {order}?",
        "es": "¿Se trata del pedido {order}?",
        "fr": "S'agit-il de la commande {order} ?",
    },
    "photo": {
        "en": "Could you describe what the damage looks like, and on which side of the parcel it is?",
        "es": "¿Puedes describir cómo es el daño y en qué lado del paquete está?",
        "fr": "Pourriez-vous décrire le dommage et de quel côté du colis il se trouve ?",
    },
    "bye": {
        "en": "I am glad that this is settled. Write to us any time.",
        "es": "Me alegro de que esté resuelto. Escríbenos cuando quieras.",
        "fr": "Je suis ravi que ce soit réglé. Écrivez-nous quand vous voulez.",
    },
}

_ALL_DAY = [["09:00", "14:00"], ["15:30", "19:00"]]
_WEEK = {**dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), _ALL_DAY), "sat": [["10:00", "14:00"]]}

CONFIGURATION: dict[str, Any] = {
    "hours": {"time_zone": "Europe/Madrid", "week": _WEEK, "holidays": []},
    "teams": [{"name": "Payments", "topics": ["payments", "refunds", "disputes"]}],
    "canned_replies": [
        {"shortcut": shortcut, "language": language, "text": text}
        for shortcut, texts in _REPLIES.items()
        for language, text in texts.items()
    ],
    "people": [{"email": f"{name}@caravan.example", "teams": ["Payments"]} for name in ("amir", "claire")],
}
"""Hours only say when people are back: whoever has the console open is asked at any time."""
