"""The help center's own words, in each language: a small typed table, so that a missing sentence is a type error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from babel import Locale


@dataclass(frozen=True, slots=True)
class Plural:
    """A sentence about a number of things; `{count}` is the number."""

    one: str
    other: str

    def of(self, count: int, language: str) -> str:
        """Return the form that the language uses for this count: French counts 0 as one."""
        form = self.one if Locale.parse(language).plural_form(count) == "one" else self.other
        return form.format(count=count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    name: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Everything that a help page says beside the entries."""

    language_name: str
    help_center: str
    skip: str
    welcome: str
    about: str
    search: str
    search_example: str
    languages: str
    breadcrumb: str
    browse: str
    articles: Plural
    updated: str
    helpful: str
    helpful_yes: str
    helpful_no: str
    thanks_yes: str
    thanks_no: str
    related: str
    same_topic: str
    results_for: str
    results: Plural
    nothing_found: str
    nothing_found_for: str
    search_hints: tuple[str, ...]
    type_something: str
    not_translated: str
    missing: str
    missing_hint: str
    to_start: str
    chat_title: str
    chat_about: str
    chat_button: str
    other_topic: str
    topics: Mapping[str, Topic]


def _topics(**about: tuple[str, str]) -> Mapping[str, Topic]:
    return MappingProxyType({topic: Topic(name=name, about=text) for topic, (name, text) in about.items()})


# The order of the topics here is the order on the first page: what most people come for stands first.
_ENGLISH = Texts(
    language_name="English",
    help_center="Help center",
    skip="Skip to the content",
    welcome="How can we help?",
    about="Answers about orders, delivery, returns, payments and your account.",
    search="Search",
    search_example="Ask in your own words",
    languages="Languages",
    breadcrumb="You are here",
    browse="Browse by topic",
    articles=Plural("{count} article", "{count} articles"),
    updated="Updated on {date}",
    helpful="Was this helpful?",
    helpful_yes="Yes",
    helpful_no="No",
    thanks_yes="Thank you, good to know that it helped.",
    thanks_no="Thank you for telling us. Would you like to ask in the chat?",
    related="Related articles",
    same_topic="More in {topic}",
    results_for="Results for \N{LEFT DOUBLE QUOTATION MARK}{query}\N{RIGHT DOUBLE QUOTATION MARK}",
    results=Plural("{count} article found", "{count} articles found"),
    nothing_found="Nothing found yet",
    nothing_found_for="No article answers \N{LEFT DOUBLE QUOTATION MARK}{query}\N{RIGHT DOUBLE QUOTATION MARK}.",
    search_hints=(
        "Put it in other words, or in fewer.",
        "Say what it is about: an order, a parcel, a refund, your account.",
        "Look through the topics below.",
    ),
    type_something="Type a question or a few words.",
    not_translated="This article is not available in English yet. It is shown in {language}.",
    missing="This page does not exist",
    missing_hint="It may have moved. Search for it, or pick a topic.",
    to_start="Back to the help center",
    chat_title="Still need help?",
    chat_about="Ask in the chat. The assistant answers right away and brings in a person when needed.",
    chat_button="Open the chat",
    other_topic="Other questions",
    topics=_topics(
        orders=("Orders", "Place, follow, change or cancel an order"),
        shipping=("Shipping and delivery", "Tracking, delivery times, costs and customs"),
        returns=("Returns", "Send something back, labels and deadlines"),
        refunds=("Refunds", "When and how your money comes back"),
        payments=("Payments", "Ways to pay, declined cards, gift cards and taxes"),
        protection=("Buyer protection", "Guarantees, warranty and staying safe"),
        disputes=("Disputes", "When you and a seller do not agree"),
        account=("Your account", "Sign in, security, addresses and privacy"),
        promotions=("Offers and rewards", "Coupons, coins and membership"),
        products=("Products", "Sizes, details, availability and reviews"),
        notifications=("Notifications and e-mail", "Choose what we send you, and how often"),
        selling=("Selling", "Open a shop and sell with us"),
        contact=("Contact us", "Chat, e-mail, opening hours and complaints"),
    ),
)

_SPANISH = Texts(
    language_name="Español",
    help_center="Centro de ayuda",
    skip="Ir al contenido",
    welcome="¿En qué podemos ayudarte?",
    about="Respuestas sobre pedidos, envíos, devoluciones, pagos y tu cuenta.",
    search="Buscar",
    search_example="Pregunta con tus palabras",
    languages="Idiomas",
    breadcrumb="Estás aquí",
    browse="Explora por tema",
    articles=Plural("{count} artículo", "{count} artículos"),
    updated="Actualizado el {date}",
    helpful="¿Te ha servido?",
    helpful_yes="Sí",
    helpful_no="No",
    thanks_yes="Gracias, nos alegra que te haya servido.",
    thanks_no="Gracias por decírnoslo. ¿Quieres preguntar en el chat?",
    related="Artículos relacionados",
    same_topic="Más sobre {topic}",
    results_for="Resultados de «{query}»",
    results=Plural("{count} artículo encontrado", "{count} artículos encontrados"),
    nothing_found="Aún no hay resultados",
    nothing_found_for="Ningún artículo responde a «{query}».",
    search_hints=(
        "Dilo con otras palabras, o con menos.",
        "Indica de qué se trata: un pedido, un paquete, un reembolso, tu cuenta.",
        "Echa un vistazo a los temas de abajo.",
    ),
    type_something="Escribe una pregunta o unas palabras.",
    not_translated="Este artículo todavía no está en español. Se muestra en {language}.",
    missing="Esta página no existe",
    missing_hint="Puede que haya cambiado de sitio. Búscala o elige un tema.",
    to_start="Volver al centro de ayuda",
    chat_title="¿Necesitas más ayuda?",
    chat_about="Pregunta en el chat. El asistente responde al momento y avisa a una persona si hace falta.",
    chat_button="Abrir el chat",
    other_topic="Otras preguntas",
    topics=_topics(
        orders=("Pedidos", "Haz, sigue, cambia o cancela un pedido"),
        shipping=("Envíos y entregas", "Seguimiento, plazos, costes y aduanas"),
        returns=("Devoluciones", "Devuelve un artículo, etiquetas y plazos"),
        refunds=("Reembolsos", "Cuándo y cómo recuperas tu dinero"),
        payments=("Pagos", "Formas de pago, tarjetas rechazadas, tarjetas regalo e impuestos"),
        protection=("Protección al comprador", "Garantías y compras seguras"),
        disputes=("Disputas", "Cuando tú y el vendedor no os ponéis de acuerdo"),
        account=("Tu cuenta", "Acceso, seguridad, direcciones y privacidad"),
        promotions=("Ofertas y ventajas", "Cupones, monedas y suscripción"),
        products=("Productos", "Tallas, detalles, disponibilidad y opiniones"),
        notifications=("Avisos y correos", "Elige qué te enviamos y con qué frecuencia"),
        selling=("Vender", "Abre una tienda y vende con nosotros"),
        contact=("Contacto", "Chat, correo, horarios y reclamaciones"),
    ),
)

_FRENCH = Texts(
    language_name="Français",
    help_center="Centre d\N{RIGHT SINGLE QUOTATION MARK}aide",
    skip="Aller au contenu",
    welcome="Comment pouvons-nous vous aider\N{NARROW NO-BREAK SPACE}?",
    about="Des réponses sur les commandes, la livraison, les retours, les paiements et votre compte.",
    search="Rechercher",
    search_example="Posez votre question avec vos mots",
    languages="Langues",
    breadcrumb="Vous êtes ici",
    browse="Parcourir par thème",
    articles=Plural("{count} article", "{count} articles"),
    updated="Mis à jour le {date}",
    helpful="Cette réponse vous a-t-elle aidé\N{NARROW NO-BREAK SPACE}?",
    helpful_yes="Oui",
    helpful_no="Non",
    thanks_yes="Merci, ravis que cela vous ait aidé.",
    thanks_no="Merci de nous l\N{RIGHT SINGLE QUOTATION MARK}avoir dit. "
    "Voulez-vous poser la question dans le chat\N{NARROW NO-BREAK SPACE}?",
    related="Articles liés",
    same_topic="Dans la rubrique {topic}",
    results_for="Résultats pour «\N{NO-BREAK SPACE}{query}\N{NO-BREAK SPACE}»",
    results=Plural("{count} article trouvé", "{count} articles trouvés"),
    nothing_found="Rien trouvé pour l\N{RIGHT SINGLE QUOTATION MARK}instant",
    nothing_found_for="Aucun article ne répond à «\N{NO-BREAK SPACE}{query}\N{NO-BREAK SPACE}».",
    search_hints=(
        "Dites-le autrement, ou en moins de mots.",
        "Précisez le sujet\N{NO-BREAK SPACE}: une commande, un colis, un remboursement, votre compte.",
        "Parcourez les thèmes ci-dessous.",
    ),
    type_something="Écrivez une question ou quelques mots.",
    not_translated="Cet article n\N{RIGHT SINGLE QUOTATION MARK}existe pas encore en français. "
    "Il est affiché en {language}.",
    missing="Cette page n\N{RIGHT SINGLE QUOTATION MARK}existe pas",
    missing_hint="Elle a peut-être été déplacée. Cherchez-la ou choisissez un thème.",
    to_start="Retour au centre d\N{RIGHT SINGLE QUOTATION MARK}aide",
    chat_title="Besoin d\N{RIGHT SINGLE QUOTATION MARK}aide\N{NARROW NO-BREAK SPACE}?",
    chat_about="Posez votre question dans le chat. L\N{RIGHT SINGLE QUOTATION MARK}assistant répond aussitôt "
    "et fait venir un conseiller au besoin.",
    chat_button="Ouvrir le chat",
    other_topic="Autres questions",
    topics=_topics(
        orders=("Commandes", "Passer, suivre, modifier ou annuler une commande"),
        shipping=("Livraison", "Suivi, délais, frais et douane"),
        returns=("Retours", "Renvoyer un article, étiquettes et délais"),
        refunds=("Remboursements", "Quand et comment vous êtes remboursé"),
        payments=("Paiements", "Moyens de paiement, cartes refusées, cartes cadeaux et taxes"),
        protection=("Protection des acheteurs", "Garanties et achats en toute sécurité"),
        disputes=(
            "Litiges",
            "Quand le vendeur et vous n\N{RIGHT SINGLE QUOTATION MARK}êtes pas d\N{RIGHT SINGLE QUOTATION MARK}accord",
        ),
        account=("Votre compte", "Connexion, sécurité, adresses et vie privée"),
        promotions=("Offres et avantages", "Coupons, pièces et abonnement"),
        products=("Produits", "Tailles, détails, disponibilité et avis"),
        notifications=("Notifications et e-mails", "Choisissez ce que nous vous envoyons, et à quel rythme"),
        selling=("Vendre", "Ouvrir une boutique et vendre chez nous"),
        contact=("Nous contacter", "Chat, e-mail, horaires et réclamations"),
    ),
)


def texts_of(language: str) -> Texts:
    """Return the words of a language, English for one without a table."""
    return {"en": _ENGLISH, "es": _SPANISH, "fr": _FRENCH}.get(language, _ENGLISH)
