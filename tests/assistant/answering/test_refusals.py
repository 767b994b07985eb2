"""Refusals in a model's own words are known, and answers are not taken for them."""

import pytest

from assistant.answering.refusals import is_refusal

REFUSALS = """
NOT FOUND
Not found.
NOT FOUND [1]
No answer.
Unknown
Not mentioned.
The passages do not say when the bridge was built.
The passage does not mention who the mayor is [1].
The provided passages don't specify the number of hangers.
The text doesn't say.
The documents do not contain this information.
The given context does not provide an answer to the question.
None of the passages mentions a price.
No passage says why the ferry was late.
There is no mention of a lighthouse keeper in the passages.
There is no information about the cost of the repair.
There is not enough information to answer the question.
It is not stated in the passages who paid for it.
It is not clear from the text when this happened.
It is not specified.
It is unclear when the work began.
The answer cannot be found in the passages.
The question cannot be answered from the documents.
The date is not mentioned in the passages.
The name of the director was not given in the text.
I don't know.
I do not know the answer to this question.
I cannot answer this question based on the passages.
I could not find the answer in the passages.
I'm sorry, but the passages do not name the architect.
Unfortunately, the text gives no date.
Nothing in the text says how long it took.
No information was found about the tower.
The sources provided do not indicate a reason.
The article does not discuss the budget.
The excerpts do not reveal who was hurt.
Based on the passages, it is not possible to say when it will reopen.
The passages did not include the age of the driver.
The answer is not given.
The context doesn't tell us where she was born.
Die Passagen sagen nicht, wann die Brücke gebaut wurde.
Im Text steht nicht, wer sie entworfen hat.
In den Passagen wird nicht erwähnt, wie viel es gekostet hat.
Der Text enthält keine Angaben dazu.
Die Dokumente enthalten keine Informationen über den Bürgermeister.
Das geht aus den Dokumenten nicht hervor.
Aus dem Text geht nicht hervor, warum die Fähre sank.
Die Frage kann anhand der Passagen nicht beantwortet werden.
Die Antwort ist in den Quellen nicht enthalten.
Es gibt keine Informationen über den Leuchtturm.
Es ist nicht bekannt, wer das bezahlt hat.
Ich weiß es nicht.
Ich kann die Frage nicht beantworten.
Ich finde dazu keine Angaben.
Der Artikel nennt keinen Namen.
Die Quellen geben keine Auskunft über den Preis.
Keine Antwort gefunden.
Keine Angaben.
In den Auszügen finden sich keine Hinweise auf das Datum.
Dazu sagen die Dokumente nichts.
"""

ANSWERS = """
The bridge was built in 1931 [1].
The mayor did not say when the bridge will reopen [1].
The report does not blame the driver, the minister said.
No one was hurt in the fire [2].
None of the hangers was replaced before May.
Ada Fenn said that she did not know about the cracks [1].
The text of the treaty was signed in 1848.
The documents were found in a cellar in Tarnwick.
The source of the river is in the northern hills [3].
The passage was closed to ships in winter.
The article was written by Jonas Weil.
There is no bridge at Port Ellis.
There was no warning before the flood.
The library does not lend maps.
The council cannot raise the rent before 2027 [1].
The answer to the riddle was a shadow.
The unknown soldier was buried in 1921.
Nothing was stolen.
The ferry did not sail on Sundays.
The ministry would not confirm the number.
It is not a lighthouse but a beacon.
He was sorry for the delay, the driver said.
The information was published on 3 May 2024.
Mention was made of a second boat.
The name of the ship was not Alda but Alma.
The treaty says nothing about fishing rights off Lorvek's coast, lawyers noted.
They could not find the missing boat.
The police do not know who broke the window.
The contract contains a clause on noise.
The tower was not given a new roof.
The court was unable to sit in June.
The question was put to a vote in March.
Unfortunate timing was blamed for the losses.
The evidence was given by two nurses.
The context was the war of 1812.
We are not amused, the queen said.
The results are available in May.
The number of visitors is known to be falling.
He said it was unclear to voters.
Sources in the ministry denied it.
Die Brücke wurde 1931 gebaut.
Der Bürgermeister sagte nicht, wann sie wieder öffnet.
Niemand wurde verletzt.
Die Fähre fuhr nicht mehr.
Der Text des Vertrags wurde 1848 unterschrieben.
Die Quelle des Flusses liegt im Norden.
Das Dokument wurde in einem Keller gefunden.
Die Bibliothek verleiht keine Karten.
Keiner der Hänger wurde ersetzt.
Es gibt keine Brücke in Port Ellis.
Es ist kein Leuchtturm, sondern eine Bake.
Die Antwort auf das Rätsel war ein Schatten.
Ich bin nicht zufrieden, sagte die Ministerin.
Die Polizei weiß nicht, wer das Fenster eingeschlagen hat.
Die Frage wurde im März abgestimmt.
Der Artikel stammt von Jonas Weil.
Die Miete darf vor 2027 nicht steigen.
Der Preis war nicht bekannt, als sie unterschrieb.
Kein Schiff durfte in den Hafen.
Angaben zur Höhe machte die Firma am Montag.
"""


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize("sentence", lines(REFUSALS))
def test_a_refusal_in_whatever_words_is_known(sentence: str) -> None:
    assert is_refusal(sentence, "NOT FOUND")


@pytest.mark.parametrize("sentence", lines(ANSWERS))
def test_a_sentence_that_answers_is_no_refusal(sentence: str) -> None:
    assert not is_refusal(sentence, "NOT FOUND")


def test_there_are_sixty_of_each() -> None:
    assert len(set(lines(REFUSALS))) == len(set(lines(ANSWERS))) == 60
