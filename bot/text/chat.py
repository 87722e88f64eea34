"""Chat spelling, written out: what a phone keyboard makes of common words, per language.

Folded forms on both sides (no accents, no capitals); a word that also is an ordinary word is not listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache


def _table(lines: str) -> dict[str, tuple[str, ...]]:
    """Read lines of `short short = written out`."""
    table: dict[str, tuple[str, ...]] = {}
    for line in lines.strip().splitlines():
        shorts, _, full = line.partition("=")
        table.update(dict.fromkeys(shorts.split(), tuple(full.split())))
    return table


_ENGLISH = """
u ya = you
ur = your
r = are
y = why
n = and
w = with
b4 = before
2day tday = today
2moro tmrw tmr tomoz = tomorrow
pls plz plss pleas = please
thx tnx thnx thnks tks ty tysm = thanks
thru = through
cuz cos coz bc bcz = because
msg = message
acc acct = account
pw pwd pswd passwd = password
pic pics = photos
addy addr = address
del delivry delvery = delivery
pkg pkge = package
btn = button
gr8 = great
l8 = late
w8 = wait
abt = about
wanna = want to
gonna = going to
gotta = have to
gimme = give me
lemme = let me
dunno = do not know
dont = do not
doesnt = does not
didnt = did not
cant = can not
cannot = can not
wont = will not
isnt = is not
arent = are not
wasnt = was not
hasnt = has not
havent = have not
im = i am
ive = i have
ill = i will
id = i would
whats = what is
wheres = where is
hows = how is
whos = who is
thats = that is
theres = there is
its = it is
hrs = hours
mins = minutes
wks wk = weeks
info = information
qty = quantity
asap = soon
tho = though
sth smth = something
smb sb = somebody
ppl = people
nd = and
wen = when
wat wut = what
hv hav = have
chk = check
recvd recd rcvd = received
num = number
"""

_SPANISH = """
q k qe ke = que
xq xk pq porq porke xke xque pke = porque
tb tmb tbn tmbn = tambien
x = por
xa pa = para
xfa porfa xfavor plis pls pliz = por favor
d = de
m = me
t = te
s = se
n = en
l = el
c = se
dnd dond = donde
cdo cndo qndo kuando = cuando
cm cmo komo = como
kiero kero qiero = quiero
aki aka = aqui
ay ai = hay
bn = bien
msj msg mnsj = mensaje
grax grcs grac thx = gracias
ntp = no te preocupes
finde = fin de semana
tel tlf tfno = telefono
num nro = numero
ok oki okey okis = vale
toy = estoy
tas = estas
ta = esta
toi = estoy
nose = no se
alguno algun = algun
peli = pelicula
compu = computadora
cel celu = celular
info = informacion
dto dcto desc = descuento
ud uds vd vds = usted
hoy oy = hoy
ise = hice
ize = hice
ablar = hablar
dise disen = dice
"""

_FRENCH = """
c = c est
g = j ai
j = je
jai = j ai
jsuis chui chuis = je suis
jveux jveu = je veux
jvoudrais = je voudrais
jpeux jpe = je peux
jsais = je sais
jsp = je sais pas
jcomprends = je comprends
ya = il y a
yavait = il y avait
cest = c est
sa = ca
ki = qui
ke k q qe = que
kan qd kd qand = quand
pk pq pkoi pourkoi pourqoi prkoi = pourquoi
pr = pour
ds = dans
ac avc = avec
ss = sans
tjrs tjs tjr toujour = toujours
tt = tout
ts = tous
bcp bcoup = beaucoup
svp stp sivouplait siouplait svplait = s il vous plait
mrc mci merki = merci
msg = message
rdv = rendez vous
cmt cmnt comen comt = comment
cb = carte bancaire
mdp = mot de passe
pb pbm prob = probleme
cmd cde = commande
nb = nombre
num = numero
tel = telephone
tps = temps
lgtps lgtmp = longtemps
auj ajd ajrd = aujourd hui
dem = demain
qqn qqun = quelqu un
qqch qqchose = quelque chose
qq = quelque
bjr bjour = bonjour
slt = salut
bsr = bonsoir
dsl = desole
ok oki = d accord
jms = jamais
mtn mnt = maintenant
pcq pck psk paske = parce que
vs = vous
ns = nous
ete = ete
pdt = pendant
nvx nvo nouvo = nouveau
moi = moi
vrmt = vraiment
tlm = tout le monde
info infos = informations
promo = promo
"""


_KIND_SIGNS = "\N{THUMBS UP SIGN}\N{OK HAND SIGN}\N{PERSON WITH FOLDED HANDS}\N{HEAVY BLACK HEART}"
"""Signs that stand for a word. Angry and sad ones stand for none: what is wrong must be asked."""
_THANKS = {"en": "thanks", "es": "gracias", "fr": "merci"}


@cache
def signs(language: str) -> Mapping[int, str]:
    """Return a table for `str.translate`: sign -> the word it stands for."""
    return {ord(sign): f" {_THANKS[language]} " for sign in _KIND_SIGNS} if language in _THANKS else {}


@cache
def expansions(language: str) -> Mapping[str, tuple[str, ...]]:
    """Return short form -> the words it stands for; empty for a language without a table."""
    return _table({"en": _ENGLISH, "es": _SPANISH, "fr": _FRENCH}.get(language, ""))
