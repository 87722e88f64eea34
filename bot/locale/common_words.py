"""The commonest words of each language, as people type them in a chat; folded, written for this project."""

from __future__ import annotations

from functools import cache

_ENGLISH = """
the a an and or but of to in on at for from with without about into by as is are was were be been being am do does did
done have has had can could will would should may might must not no yes i you he she it we they me him her us them my
your his its our their mine this that these those there here what which who whom whose when where why how all any some
many much more most other another such only own same so than too very just then now ever never always again also if
because while until still already please thanks thank hello hi hey bye ok okay yeah yep nope sorry sure great good nice
cool fine perfect right wrong well got get gets give gave take make made want need know think see look tell say said
go going come came back up down out off over under after before
don didn doesn isn wasn aren weren hasn haven couldn wouldn shouldn won ain re ve ll
im ive dont didnt cant wont isnt doesnt wasnt whats wheres hows thats lets id ill youre theyre hasnt havent couldnt
pls plz thx u ur lol hiya cheers ty btw idk gonna wanna morning evening afternoon night today tomorrow yesterday
anyone someone something nothing everything help mate brilliant awesome lovely ta yup
"""

_SPANISH = """
el la los las un una unos unas y e o u pero de del al a en con sin por para sobre entre hasta desde hacia segun es son
era eran fue fueron ser estar esta estan estaba estoy estas hay ha he has han habia haber tengo tiene tienen tenia
hacer hace hago hizo puedo puede pueden podria quiero quiere queria necesito necesita no si ni yo tu usted el ella
nosotros ustedes ellos vos me te se nos os le les lo mi mis su sus tus ese esa eso esos esas este esto estos estas
aquel aqui ahi alli aca alla que quien cual cuales cuando donde como porque cuanto cuanta cuantos cuantas todo toda
todos todas algo nada nadie alguien alguno ninguno otro otra otros mismo muy mas menos tan tanto ya aun todavia
siempre nunca tambien tampoco solo asi bien mal mejor peor bueno buena buenas buenos dias tardes noches dia hola adios
gracias favor vale dale listo genial perfecto claro ok sabes sabe decir dime dice dijo ver voy va vamos van ir
xq porq pq tb tmb xfa porfa q aki holaa chao chau jaja jajaja bueno bah ehh
hoy manana ayer ahora luego despues antes mucho mucha poco cosa cosas pues entonces ayuda hey che oye
"""

_FRENCH = """
le la les l un une des d de du et ou mais a au aux en dans sur sous avec sans pour par chez entre vers depuis jusqu est
sont etait etaient etre suis es sommes etes ai as avons avez ont avait fait faire fais font peut peux pouvez pourrait
pourriez veux veut voulez voudrais dois doit faut va vais vas aller allez ne n pas plus jamais rien non oui si je j tu
il elle on nous vous ils elles me m te t se s moi toi lui leur leurs mon ma mes ton ta tes son sa ses notre nos votre
vos ce c cet cette ces cela ca ceci qui que qu quoi quel quelle quels quelles quand ou comment pourquoi combien dont
tout toute tous toutes quelque quelqu chose autre autres meme tres trop bien mal mieux encore deja toujours aussi
donc alors apres avant comme ainsi y la ici bonjour bonsoir salut coucou merci svp stp plait d accord ok oui ouais voila
super parfait nickel desole desolee pardon sais sait dire dit voir peu beaucoup moins
jai jsuis chui cest pk pr qd cmt bcp tjrs jsp jveux ya slt bjr mrc mdr ptdr bah euh pis icitte
aujourd hui demain hier maintenant soir matin journee revoir aide quelle
"""


@cache
def common_words(language: str) -> frozenset[str]:
    """Return the commonest words of a language; empty for one without a list."""
    return frozenset({"en": _ENGLISH, "es": _SPANISH, "fr": _FRENCH}.get(language, "").split())
