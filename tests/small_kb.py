"""The words of a small help center in three languages: language -> entry -> (title and variants, answer)."""

from __future__ import annotations

WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "en": {
        "shipping/track-package": (
            "Where is my parcel? | where is my order | track my package | has my parcel been sent | my delivery has not"
            " arrived | tracking number for my shipment | when will my package get here | follow my parcel",
            "Open **My orders** and choose *Track*. There you see where the parcel is.\n\n- Sent\n- On its way",
        ),
        "shipping/address": (
            "Can I change the delivery address? | change the shipping address | I moved house, new address | wrong"
            " address on my delivery | ship it to another address | update where you deliver | typo in my street name",
            "You can change the address until the parcel is handed over.",
        ),
        "returns/start-return": (
            "How do I return something? | send an item back | start a return | I want to return these shoes | return"
            " label | give the jacket back | it does not fit, how to send it back",
            "Go to **My orders**, choose the item and then *Return*. You have 30 days.",
        ),
        "refunds/refund-time": (
            "When do I get my refund? | refund not received | money back | how long does a refund take | waiting for my"
            " money | refund on my card | I want to be refunded",
            "Refunds reach your card within 5 days. See [returns](returns/start-return).",
        ),
        "orders/cancel-order": (
            "How do I cancel an order? | cancel my order | I ordered by mistake | stop my purchase | undo the order |"
            " cancel what I bought | don't want the order any more",
            "Choose *Cancel* under **My orders** as long as it says *Preparing*.",
        ),
        "payments/methods": (
            "How can I pay? | which payment methods | do you take paypal | credit card accepted | pay by invoice | can I"
            " pay in cash | payment options",
            "We take cards, PayPal and bank transfer.",
        ),
        "account/reset-password": (
            "I forgot my password | reset my password | cannot log in | new password | locked out of my account | change"
            " my password | sign in does not work",
            "Choose *Forgot password* on the sign-in page.",
        ),
        "promotions/coupon": (
            "How do I use a coupon? | discount code | my voucher does not work | promo code | enter a coupon | redeem a"
            " voucher | is there a discount",
            "Enter the code in the basket before you pay.",
        ),
        "contact/human-agent": (
            "Can I talk to a person? | human | agent | real person | I want to talk to a person | speak to someone |"
            " talk to a human | let me chat with an agent | connect me with a representative | customer service please",
            "I'll ask a person to join.",
        ),
        "smalltalk/greeting": ("Hello | hi | hi there | good morning | hey | good evening | hello there", "Hello!"),
        "smalltalk/thanks": ("Thank you | thanks | thanks a lot | thank you very much | cheers", "You are welcome."),
    },
    "es": {
        "shipping/track-package": (
            "¿Dónde está mi pedido? | mi pedido no llega | rastrear mi paquete | seguimiento del envío | dónde está mi"
            " paquete | cuándo llega mi paquete | número de seguimiento | no me ha llegado el paquete",
            "Abre **Mis pedidos** y elige *Seguir*. Ahí ves dónde está el paquete.",
        ),
        "returns/start-return": (
            "¿Cómo devuelvo un producto? | quiero devolver un artículo | hacer una devolución | etiqueta de devolución |"
            " devolver unos zapatos | no me queda bien, quiero devolverlo | cómo mando de vuelta la chaqueta",
            "Ve a **Mis pedidos**, elige el artículo y luego *Devolver*.",
        ),
        "refunds/refund-time": (
            "¿Cuándo recibo mi reembolso? | no me llega el reembolso | quiero que me devuelvan el dinero | cuánto tarda"
            " el reembolso | mi dinero de vuelta | reembolso en la tarjeta",
            "El reembolso llega a tu tarjeta en 5 días.",
        ),
        "orders/cancel-order": (
            "¿Cómo cancelo un pedido? | cancelar mi pedido | anular la compra | compré por error | ya no quiero el"
            " pedido | quiero anular mi orden",
            "Elige *Cancelar* en **Mis pedidos** mientras diga *Preparando*.",
        ),
        "payments/methods": (
            "¿Cómo puedo pagar? | métodos de pago | aceptan paypal | pagar con tarjeta | pagar en efectivo | formas de"
            " pago",
            "Aceptamos tarjetas, PayPal y transferencia.",
        ),
        "account/reset-password": (
            "Olvidé mi contraseña | restablecer la contraseña | no puedo entrar en mi cuenta | nueva contraseña | cambiar"
            " mi clave | cuenta bloqueada",
            "Elige *Olvidé mi contraseña* en la página de acceso.",
        ),
        "contact/human-agent": (
            "¿Puedo hablar con una persona? | humano | agente | una persona real | quiero hablar con una persona | hablar"
            " con alguien | pásame con un agente | atención al cliente por favor | quiero hablar con un humano",
            "Voy a pedir que una persona se una.",
        ),
        "smalltalk/greeting": ("Hola | buenas | buenos días | buenas tardes | hola qué tal | muy buenas", "¡Hola!"),
        "smalltalk/thanks": ("Gracias | muchas gracias | mil gracias | gracias por todo | te lo agradezco", "De nada."),
    },
    "fr": {
        "shipping/track-package": (
            "Où est mon colis ? | où est ma commande | suivre mon colis | je n'ai pas reçu mon colis | numéro de suivi |"
            " quand arrive mon paquet | mon colis n'arrive pas | suivi de livraison",
            "Ouvrez **Mes commandes** et choisissez *Suivre*. Vous y voyez où est le colis.",
        ),
        "returns/start-return": (
            "Comment retourner un article ? | renvoyer un produit | faire un retour | étiquette de retour | je veux"
            " retourner ces chaussures | la taille ne va pas, comment le renvoyer",
            "Allez dans **Mes commandes**, choisissez l'article puis *Retourner*.",
        ),
        "refunds/refund-time": (
            "Quand serai-je remboursé ? | je veux être remboursé | remboursement pas reçu | délai de remboursement |"
            " récupérer mon argent | combien de temps pour le remboursement",
            "Le remboursement arrive sur votre carte sous 5 jours.",
        ),
        "orders/cancel-order": (
            "Comment annuler une commande ? | annuler ma commande | j'ai commandé par erreur | je ne veux plus de la"
            " commande | annuler mon achat | annulation de commande",
            "Choisissez *Annuler* dans **Mes commandes** tant qu'elle est *En préparation*.",
        ),
        "payments/methods": (
            "Comment puis-je payer ? | moyens de paiement | acceptez-vous paypal | payer par carte | payer en espèces |"
            " modes de paiement",
            "Nous acceptons les cartes, PayPal et le virement.",
        ),
        "account/reset-password": (
            "J'ai oublié mon mot de passe | réinitialiser le mot de passe | impossible de me connecter | nouveau mot de"
            " passe | changer mon mot de passe | compte bloqué",
            "Choisissez *Mot de passe oublié* sur la page de connexion.",
        ),
        "contact/human-agent": (
            "Puis-je parler à une personne ? | humain | conseiller | une vraie personne | je veux parler à un humain |"
            " parler à quelqu'un | passez-moi un agent | je veux parler à une personne | service client s'il vous plaît",
            "Je demande à une personne de venir.",
        ),
        "smalltalk/greeting": ("Bonjour | salut | coucou | bonsoir | bonjour à vous | hello", "Bonjour !"),
        "smalltalk/thanks": ("Merci | merci beaucoup | merci bien | mille mercis | je vous remercie", "Avec plaisir."),
    },
}

OUT_OF_SCOPE: dict[str, str] = {
    "en": "what is the weather tomorrow | who won the football match | write me a poem | what is the capital of Peru |"
    " recommend a film | how do I cook rice | my neighbour is noisy | translate this letter | solve this equation |"
    " how tall is the Eiffel tower | what time is it in Tokyo | tell me a joke about cats",
    "es": "qué tiempo hace mañana | quién ganó el partido de fútbol | escríbeme un poema | cuál es la capital de Perú |"
    " recomiéndame una película | cómo se cocina el arroz | mi vecino hace ruido | resuelve esta ecuación | qué hora es"
    " en Tokio | cuánto mide la torre Eiffel",
    "fr": "quel temps fera-t-il demain | qui a gagné le match de foot | écris-moi un poème | quelle est la capitale du"
    " Pérou | recommande un film | comment cuire du riz | mon voisin fait du bruit | résous cette équation | quelle heure"
    " est-il à Tokyo | combien mesure la tour Eiffel",
}
