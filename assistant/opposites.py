"""Words that exclude each other: what is said of one does not answer what is asked of another.

A near miss often differs from what was asked in one such word: "Who accepted the offer?"
beside "The board rejected the offer". To an embedding the two words are nearly the same, so
they are told apart by a list here, English and German, with the regular endings of English.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["contrasts", "opposed", "opposites"]

_Forms: TypeAlias = tuple[str, str, str, str]
# Which form it is, all its forms, and those of the words it excludes.
_Entry: TypeAlias = tuple[int, _Forms, tuple[_Forms, ...]]

# Between semicolons: words on one side of a stroke exclude those on its other sides.
_GROUPS = """
accept / reject refuse; admit / deny; advance / retreat; agree / disagree; allow permit /
forbid prohibit ban; allowed permitted / forbidden prohibited banned; ally / enemy rival;
ancient / modern; appear / vanish disappear; arrive / depart; arrival / departure; attack /
defend; attacker / defender; approve / reject veto; appoint / dismiss; hire / fire; above /
below; asleep / awake; before / after; begin / end finish; began / ended finished; beginning /
end; best / worst; better / worse; big / small; large / small; larger / smaller; largest /
smallest; biggest / smallest; great / small; huge / tiny; birth / death; born / died; bottom /
top; borrow / lend; bought / sold; buy / sell; buyer / seller; build / demolish destroy; built
/ demolished destroyed; calm / stormy; cause / prevent; cheap / expensive; cheaper / costlier;
child / adult; children / adults; civilian / military; clean / dirty; clear / cloudy; closed /
open; close / open; cold / hot warm; colder / hotter warmer; coldest / hottest warmest;
combine / separate; common / rare; compulsory / voluntary; confirm / deny; conservative /
liberal; create / destroy abolish; created / destroyed abolished; customer / supplier; dark /
light bright; day / night; dawn / dusk; dead / alive; debtor / creditor; reduce decrease /
increase raise; lower reduce / raise; fall / rise; fell / rose; fallen / risen; decline /
growth; deep / shallow; deepest / shallowest; defeat / victory; lose / win gain; lost / won
gained; loss / gain profit; loser / winner; defeated / victorious; demand / supply; dependent
/ independent; different / same identical similar; difficult / easy; hard / soft; hardest /
easiest; direct / indirect; domestic / foreign; dry / wet; early / late; earlier / later;
earliest / latest; first / last final; former / latter; initial / final; early / recent; east
/ west / north / south; eastern / western / northern / southern; northeast / northwest /
southeast / southwest; left / right; forward / backward; front / back rear; emigrate /
immigrate; emigration / immigration; employed / unemployed; employer / employee; empty / full;
enter / leave exit; even / odd; exclude / include; expand / contract shrink; explicit /
implicit; export / import; exterior / interior; external / internal; inner / outer; inside /
outside; indoor / outdoor; fail / succeed; failure / success; false / true; famous / unknown;
far / near; farthest / nearest; fast quick / slow; fastest / slowest; fat / thin; father /
mother; son / daughter; brother / sister; husband / wife; uncle / aunt; king / queen; prince /
princess; boy / girl; man / woman; men / women; male / female; few / many; fewer / more;
fewest / most; less / more; least / most; minority / majority; minor / major; minimum /
maximum; lowest / highest; low / high; lower / higher; floor / ceiling; founded / dissolved;
friend / enemy; gas / liquid / solid; give / take receive; given / taken received; gave /
took; global / regional local; local / national / international; municipal / federal; guilty /
innocent; conviction / acquittal; convicted / acquitted; happy / sad; healthy / sick ill;
heavy / light; heavier / lighter; heaviest / lightest; help / hinder; horizontal / vertical;
junior / senior; land / sea; land / water; air / ground; legal / illegal; lawful / unlawful;
long / short; longer / shorter; longest / shortest; tall / short; tallest / shortest; loose /
tight; loud / quiet; love / hate; marry / divorce; married / divorced / single; master /
servant slave; mental / physical; mobile / stationary; morning / evening / afternoon; narrow /
wide broad; natural / artificial; negative / positive / neutral; new / old; newer / older;
newest / oldest; young / old; younger / older; youngest / oldest; nobody / everybody; never /
always; rarely / often; seldom / frequently; offensive / defensive; official / unofficial;
oppose / support; opponent / supporter; opposition / government; oral / written; partial /
complete total; past / future / present; patient / doctor; peace / war; pass / fail; permanent
/ temporary; plus / minus; poor / rich wealthy; poverty / wealth; portable / fixed; possible /
impossible; predator / prey; predecessor / successor; primary / secondary / tertiary; private
/ public; probable / improbable; producer / consumer; promote / demote; pull / push; real /
imaginary; rural / urban; safe / dangerous; satisfied / dissatisfied; save / spend waste;
sender / receiver recipient; simple / complex; singular / plural; single / double / triple /
multiple; start / stop end; started / stopped ended; strength / weakness; strong / weak;
stronger / weaker; strongest / weakest; student / teacher; sunrise / sunset; superior /
inferior; sweet / sour / bitter / salty; tenant / landlord; thick / thin; thicker / thinner;
tragedy / comedy; transparent / opaque; unite / divide; upper / lower / middle; upstream /
downstream; upward / downward; vacant / occupied; victim / perpetrator; visible / invisible;
winter / summer / spring / autumn; lengthen / shorten; strengthen / weaken; widen / narrow;
accelerate / decelerate; ascend / descend; attract / repel; float / sink; freeze / melt /
boil; inhale / exhale; remember / forget; optional / mandatory required; sufficient /
insufficient; necessary / unnecessary; usual / unusual; able / unable; known / unknown; likely
/ unlikely; successful / unsuccessful; stable / unstable; fair / unfair; equal / unequal;
certain / uncertain; regular / irregular; active / inactive passive; adequate / inadequate;
complete / incomplete; correct / incorrect wrong; formal / informal; frequent / infrequent;
organic / inorganic; perfect / imperfect; mature / immature; moral / immoral; polite /
impolite; proper / improper; relevant / irrelevant; responsible / irresponsible; advantage /
disadvantage; benefit / harm; appear / disappear; connect / disconnect; honest / dishonest;
obey / disobey; like / dislike; trust / distrust; qualified / disqualified; violent /
nonviolent; linear / nonlinear; member / nonmember; toxic / nontoxic; red / green / blue /
yellow / black / white / orange / purple / pink / brown / grey; gold / silver / bronze;
catholic / protestant / orthodox; christian / muslim / jewish / hindu / buddhist; democrat /
republican; january / february / march / april / june / july / august / september / october /
november / december; monday / tuesday / wednesday / thursday / friday / saturday / sunday;
american / european / asian / african / australian; american / british / canadian / french /
german / italian / spanish / russian / chinese / japanese / indian / mexican / dutch / polish
/ swedish / greek / turkish / irish / scottish / welsh / english / austrian / swiss; america /
europe / asia / africa / australia / antarctica; atlantic / pacific / arctic; daily / weekly /
monthly / yearly; hourly / annual; annehmen / ablehnen; angenommen / abgelehnt; erlaubt /
verboten; zugestimmt / abgelehnt; vor / nach; beginn / ende; begonnen / beendet; beste /
schlechteste; besser / schlechter; groß / klein; größer / kleiner; größte / kleinste; geboren
/ gestorben; gekauft / verkauft; kaufen / verkaufen; billig / teuer; billiger / teurer; kalt /
warm heiß; gesenkt / erhöht; senken / erhöhen; gesunken / gestiegen; sinken / steigen; fiel /
stieg; niederlage / sieg; verloren / gewonnen; verlust / gewinn; verlieren / gewinnen; früh /
spät; früher / später; erste / letzte; erster / letzter; ersten / letzten; norden / süden /
osten / westen; nördlich / südlich / östlich / westlich; links / rechts; innen / außen; vater
/ mutter; sohn / tochter; bruder / schwester; mann / frau; männer / frauen; männlich /
weiblich; wenig / viel; weniger / mehr; wenigsten / meisten; minderheit / mehrheit; niedrigste
/ höchste; niedrig / hoch; kurz / lang; kürzer / länger; kürzeste / längste; neu / alt; jung /
alt; jünger / älter; jüngste / älteste; nie / immer; öffentlich / privat; arm / reich; krieg /
frieden; land / stadt; schwach / stark; richtig / falsch; öffnen / schließen; geöffnet /
geschlossen; gegründet / aufgelöst; rot / grün / blau / gelb / schwarz / weiß; januar /
februar / märz / april / juni / juli / august / september / oktober / november / dezember;
montag / dienstag / mittwoch / donnerstag / freitag / samstag / sonntag; befürwortet /
abgelehnt; befürworter / gegner; käufer / verkäufer; mieter / vermieter; arbeitgeber /
arbeitnehmer; angestellt / entlassen; morgen / abend; sommer / winter / frühling / herbst
"""
_WORD = re.compile(r"[^\W\d_]+")
_DENYING = ("un", "non", "dis")
_LEAST_DENIED = 5  # letters of what is denied: "unable", not "union"


def opposites(word: str) -> tuple[str, ...]:
    """Return the words that exclude this one, in lower case and in its form."""
    found = _lexicon().get(word.casefold(), [])
    return tuple(
        dict.fromkeys(other[place] for place, _, others in found for other in others)
    )


def opposed(asked: str, said: str) -> int:
    """Return how many words of `asked` the other text lacks and has an opposite of."""
    return len(contrasts(asked, said))


def contrasts(asked: str, said: str) -> list[tuple[str, str]]:
    """Return those words of `asked`, each with its opposite, as the texts write them."""
    wanted, held = _words(asked), _words(said)
    found = ((word, _against(word, held)) for word in wanted if word not in held)
    return [(wanted[word], held[other]) for word, other in found if other]


def _words(text: str) -> dict[str, str]:
    """Return the words, folded and as they are written, in their order."""
    return {match.group().casefold(): match.group() for match in _WORD.finditer(text)}


def _against(word: str, held: Collection[str]) -> str:
    """Return the first of the held words that excludes the word, "" if none does."""
    found = _lexicon().get(word, [])
    own = {*_forms(word), *(form for _, forms, _ in found for form in forms)}
    if any(each in own for each in held):
        return ""  # in another form it takes the sting out of an opposite beside it
    against = {form for _, _, others in found for other in others for form in other}
    against |= _denials(word)
    return next((each for each in held if each in against), "")


def _denials(word: str) -> set[str]:
    """Return the word with a denying prefix, or without the one it has."""
    found = {prefix + word for prefix in _DENYING if len(word) >= _LEAST_DENIED}
    bare = [word.removeprefix(prefix) for prefix in _DENYING if word.startswith(prefix)]
    return found | {each for each in bare if len(each) >= _LEAST_DENIED}


@functools.cache
def _lexicon() -> dict[str, list[_Entry]]:
    """Return for every form of every word of the list what the list says of it."""
    found: dict[str, list[_Entry]] = {}
    for group in _GROUPS.split(";"):
        sides = [[_forms(word) for word in side.split()] for side in group.split("/")]
        for side in sides:
            others = tuple(word for other in sides if other is not side for word in other)
            for forms in side:
                for place, form in enumerate(forms):
                    found.setdefault(form, []).append((place, forms, others))
    return found


def _forms(word: str) -> _Forms:
    """Return the word with each regular ending of English; what comes out need be no word."""
    if word.endswith("e"):
        return word, f"{word}s", f"{word}d", f"{word[:-1]}ing"
    if word.endswith("y"):
        return word, f"{word[:-1]}ies", f"{word[:-1]}ied", f"{word}ing"
    return word, f"{word}s", f"{word}ed", f"{word}ing"
