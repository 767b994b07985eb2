"""The way of a question with a scripted model: what it may write, and what is shown of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.confidence.gate import Gate
from assistant.errors import ContextOverflow
from assistant.pipeline import Assistant, Lead, Question
from assistant.prompt import load_prompts
from assistant.reading.holders import holder_asked_for
from assistant.reading.sayings import statements_asked_for
from assistant.types import (
    Answer,
    Checked,
    Difference,
    Finding,
    Finished,
    LookedUp,
    Policy,
    Retrieved,
    Status,
    Support,
    Token,
    Turn,
)
from assistant.verification.lexical import LexicalVerifier, Unchecked
from tests.assistant.fakes import (
    FixedDocuments,
    FixedReader,
    FixedRetriever,
    ScriptedGenerator,
    reading_assistant,
)
from tests.conftest import HashEmbedder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant.types import Passage
    from index.types import Hit, Span

TEXTS = {
    "alpha": "The ferry Alda sank on 3 May 2024. According to the port, 14 people were saved. "
    "The search went on for two days.",
    "beta": "The coast guard spoke of 17 people saved from the ferry Alda. Nobody was hurt.",
    "gamma": "Strawberries were cheap this summer. Farmers in the valley were pleased.",
}


def assistant(text: str, hits: Sequence[Hit] | None = None) -> Assistant:
    documents = FixedDocuments(TEXTS)
    generator = ScriptedGenerator(text)
    embedder = HashEmbedder()
    return Assistant(
        FixedRetriever(documents.hits() if hits is None else hits),
        documents,
        embedder,
        load_prompts(),
        LexicalVerifier(embedder),
        lambda: generator,
    )


def ask(text: str, question: str = "How many people were saved from the ferry?") -> Answer:
    return assistant(text).ask(Question(question))


def check_exact(answer: Answer) -> None:
    """Every citation is a slice of its document; every claim is a slice of the answer."""
    for citation in (*answer.citations, *answer.nearest):
        text = TEXTS[citation.source.id]
        assert citation.quote == text[citation.span.start : citation.span.end]
    numbers = {citation.number for citation in answer.citations}
    assert numbers == set(range(1, len(numbers) + 1))
    for claim in answer.claims:
        supported = claim.support is Support.SUPPORTED
        shown = answer.text[claim.start : claim.end]
        assert claim.text in shown if supported else shown == ""
        assert set(claim.citations) <= numbers
        assert bool(claim.citations) == supported


def test_claims_cite_the_sentence_that_carries_them() -> None:
    answer = ask(
        "14 people were saved, according to the port [1]. The coast guard spoke of 17 [2]."
    )
    check_exact(answer)
    assert answer.status is Status.ANSWERED
    assert [c.quote for c in answer.citations] == [
        "According to the port, 14 people were saved.",
        "The coast guard spoke of 17 people saved from the ferry Alda.",
    ]
    assert answer.text == (
        "14 people were saved, according to the port. [1] The coast guard spoke of 17. [2]"
    )


def test_a_mark_on_the_wrong_passage_is_set_right() -> None:
    answer = ask("The coast guard spoke of 17 people saved [3].")
    assert [c.source.id for c in answer.citations] == ["beta"]


def test_a_forgotten_mark_is_found() -> None:
    answer = ask("14 people were saved, according to the port.")
    assert [c.source.id for c in answer.citations] == ["alpha"]


def test_an_invented_claim_is_marked_and_cites_nothing() -> None:
    answer = ask("14 people were saved [1]. The captain was Olga Brand [1].")
    check_exact(answer)
    assert [claim.support for claim in answer.claims] == [
        Support.SUPPORTED,
        Support.UNSUPPORTED,
    ]
    assert "Olga".casefold() in answer.claims[1].reason.casefold()
    assert answer.text == "14 people were saved. [1]"


def test_in_the_place_of_a_changed_number_stand_the_exact_words() -> None:
    answer = ask("According to the port, 15 people were saved [1].")
    check_exact(answer)
    assert [claim.support for claim in answer.claims] == [
        Support.UNSUPPORTED,
        Support.SUPPORTED,
    ]
    assert answer.text == "“According to the port, 14 people were saved.” [1]"


@pytest.mark.parametrize(
    "text", ["NO ANSWER", "No answer.", "", "Olga Brand was captain [1]."]
)
def test_nothing_supported_means_the_documents_do_not_say(text: str) -> None:
    answer = ask(text)
    check_exact(answer)
    assert answer.status is Status.NO_EVIDENCE
    assert answer.text == ""
    assert answer.nearest


def test_marks_out_of_range_are_dropped_and_counted() -> None:
    answer = ask("14 people were saved [0][99][1, 7].")
    check_exact(answer)
    assert answer.dropped_marks == 3
    assert "[99]" not in answer.text


def test_nothing_found_is_answered_without_a_model() -> None:
    def never() -> ScriptedGenerator:
        raise AssertionError("the model was loaded")

    built = replace(assistant("", hits=[]), generator=never)
    answer = built.ask(Question("Who?"))
    assert answer.status is Status.NO_EVIDENCE
    assert answer.model is None


def test_quotes_only_writes_not_one_word() -> None:
    answer = assistant("never").ask(
        Question("How many people were saved from the ferry?", quotes_only=True)
    )
    check_exact(answer)
    assert answer.status is Status.ANSWERED
    assert answer.model is None
    without = re.sub(r"\[\d+\]", "", answer.text)
    for quote in re.findall("“(.*?)”", without):
        assert any(quote in text for text in TEXTS.values())
    assert not re.sub("“.*?”", "", without).strip()


def test_events_come_in_order_and_end_with_the_answer() -> None:
    events = list(
        assistant("14 people were saved [1]. Nobody was hurt [2].").stream(Question("?"))
    )
    assert isinstance(events[0], Retrieved)
    assert isinstance(events[-1], Finished)
    kinds = [type(event) for event in events[1:-1]]
    assert set(kinds) == {Token, Checked}
    # The first claim is shown before the whole answer is written.
    assert kinds.index(Checked) < len(kinds) - 1 - kinds[::-1].index(Token)


def test_stopping_ends_the_answer_with_what_there_is() -> None:
    built = assistant("14 people were saved [1]. " + "And so on. " * 50)
    tokens = 0

    def stopped() -> bool:
        return tokens > 12

    last = None
    for event in built.stream(Question("How many were saved?", stopped=stopped)):
        tokens += isinstance(event, Token)
        last = event
    assert isinstance(last, Finished)
    assert last.answer.claims[0].support is Support.SUPPORTED
    assert tokens < 20


def test_a_model_that_runs_in_circles_is_stopped() -> None:
    built = assistant("14 people were saved [1]. " * 40)
    answer = built.ask(Question("How many were saved?"))
    assert len(answer.claims) == 1
    assert answer.timing.answer_tokens < 40


def test_a_follow_up_is_searched_for_as_it_stands_alone() -> None:
    built = assistant("14 people were saved [1].")
    turns = (Turn("Which ferry sank?", "The ferry Alda sank."),)
    answer = built.ask(Question("How many did it carry?", turns=turns))
    assert isinstance(built.retriever, FixedRetriever)
    assert built.retriever.questions == [answer.standalone]
    assert answer.question == "How many did it carry?"
    assert "ferry" in answer.standalone


class AsksAlone(FixedReader):
    """Is sure of what it finds only for a question without what was asked before."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[Finding]:
        found = super().read(question, passages)
        alone = "ferry" not in question
        return [replace(f, score=3.0 if alone else -3.0) for f in found]


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("What did the salvage cost?", True),
        ("And the salvage cost?", False),
        ("What did its salvage cost?", False),
        ("How many?", False),
    ],
)
def test_a_short_question_that_finds_nothing_as_a_follow_up_stands_alone(
    question: str, *, alone: bool
) -> None:
    reader = AsksAlone({"14 people": 3.0})
    built = reading_assistant(TEXTS, reader, ScriptedGenerator(""), least_confidence=0.5)
    turns = (Turn("Which ferry sank?", "The ferry Alda sank."),)
    answer = built.ask(Question(question, turns=turns, quotes_only=True))
    assert (answer.status is Status.ANSWERED) == alone
    assert (answer.standalone == "") == alone


def with_context(context_tokens: int) -> tuple[Assistant, ScriptedGenerator]:
    generator = ScriptedGenerator("14 people were saved [1].", context_tokens)
    built = replace(assistant(""), generator=lambda: generator, answer_tokens=200)
    return built, generator


def test_passages_are_left_out_rather_than_cut() -> None:
    question = Question("How many were saved?")
    built, generator = with_context(100_000)
    assert len(built.ask(question).passages) == 3
    whole = len(generator.prompts[0])
    built, generator = with_context(200 + whole - 1)
    answer = built.ask(question)
    assert [passage.source.id for passage in answer.passages] == ["alpha", "beta"]
    assert len(generator.prompts[0]) < whole
    assert TEXTS["beta"] in generator.prompts[0]
    assert TEXTS["gamma"][:10] not in generator.prompts[0]


def test_a_question_that_cannot_fit_is_an_error_with_a_hint() -> None:
    built, _ = with_context(300)
    with pytest.raises(ContextOverflow) as caught:
        built.ask(Question("Who?"))
    assert "context_tokens" in caught.value.hint


def led(text: str, found: dict[str, float], policy: Policy = Policy.GUIDED) -> Assistant:
    return replace(assistant(text), lead=Lead(FixedReader(found)), policy=policy)


SAVED = Question("How many people were saved from the ferry?")


def test_a_claim_that_says_what_was_found_is_shown_and_the_rest_is_not() -> None:
    written = (
        "Nobody was hurt [2]. The port says 14 people were saved [1]. Nobody was hurt."
    )
    answer = led(written, {"14 people": 3.0}).ask(SAVED)
    check_exact(answer)
    assert answer.short == "14 people"
    assert answer.text == "The port says 14 people were saved. [1]"


def test_words_that_are_a_whole_sentence_are_not_said_twice() -> None:
    answer = led("", {"Nobody was hurt.": 3.0}).ask(Question("Who was hurt?"))
    assert answer.text == "“Nobody was hurt.” [1]"
    assert answer.short == ""


def test_where_the_model_says_something_else_the_words_are_quoted() -> None:
    answer = led("Olga Brand was captain [1].", {"14 people": 3.0}).ask(SAVED)
    check_exact(answer)
    assert answer.text == "“According to the port, 14 people were saved.” [1]"


def test_a_claim_that_says_something_else_of_what_was_found_is_not_shown() -> None:
    texts = {"alpha": "Ada Fenn closed the bridge. Ada Fenn said that it would rain."}
    documents = FixedDocuments(texts)
    built = replace(
        led("Ada Fenn said that it would rain [1].", {"Ada Fenn": 3.0}),
        documents=documents,
        retriever=FixedRetriever(documents.hits()),
    )
    answer = built.ask(Question("Who closed the bridge?"))
    assert answer.text == "“Ada Fenn closed the bridge.” [1]"


def test_where_nothing_is_found_the_model_is_not_asked() -> None:
    def never() -> ScriptedGenerator:
        raise AssertionError("the model was loaded")

    built = replace(led("", {"14 people": -2.0}), generator=never)
    answer = built.ask(SAVED)
    check_exact(answer)
    assert answer.status is Status.NO_EVIDENCE
    assert answer.nearest


@pytest.mark.parametrize("rewritten", [False, True])
def test_only_a_model_that_is_large_enough_rewrites_follow_ups(*, rewritten: bool) -> None:
    turns = (Turn("Which ferry sank?", "The ferry Alda sank."),)
    model = ScriptedGenerator("How many people did the ferry carry?")
    built = led("", {"14 people": 3.0})
    built = replace(built, generator=lambda: model, rewrites=rewritten)
    answer = built.ask(Question("How many did it carry?", turns=turns))
    assert (answer.standalone == "How many people did the ferry carry?") == rewritten
    assert any("Follow-up:" in prompt for prompt in model.prompts) == rewritten
    assert "ferry" in answer.standalone


def test_a_judge_decides_by_its_confidence() -> None:
    class Half:
        def confidence(self, features: Mapping[str, float]) -> float:
            assert features["reader_score"] == 3.0
            return 0.5

    built = led("14 people were saved [1].", {"14 people": 3.0})
    assert built.lead is not None
    for least, status in ((0.4, Status.ANSWERED), (0.6, Status.NO_EVIDENCE)):
        lead = replace(built.lead, gate=Gate(Half(), least))
        answer = replace(built, lead=lead).ask(SAVED)
        assert answer.status is status
        assert answer.confidence == 0.5


def test_a_name_that_stands_nowhere_counts_and_is_told() -> None:
    class AsFeatured:
        def confidence(self, features: Mapping[str, float]) -> float:
            return 1 - features["finding_opposed"]

    built = led("", {"14 people": 3.0})
    assert built.lead is not None
    lead = replace(built.lead, gate=Gate(AsFeatured(), 0.5))
    built = replace(built, lead=lead)
    asked = "When {} sank, how many people were saved from the ferry?"
    known = built.ask(Question(asked.format("Alda"), quotes_only=True))
    assert known.status is Status.ANSWERED
    unknown = built.ask(Question(asked.format("Igor Venn"), quotes_only=True))
    assert unknown.status is Status.NO_EVIDENCE
    assert unknown.differences == (Difference("Igor Venn", ""),)
    # Documents in another language may have another name for him.
    german = {"alpha": "Als die Fähre sank, wurden 14 Menschen von ihr gerettet."}
    documents = FixedDocuments(german)
    abroad = replace(
        led("", {"14 Menschen": 3.0}),
        documents=documents,
        retriever=FixedRetriever(documents.hits()),
        lead=replace(lead, reader=FixedReader({"14 Menschen": 3.0})),
    )
    found = abroad.ask(Question(asked.format("Igor Venn"), quotes_only=True))
    assert found.status is Status.ANSWERED


def test_written_freely_all_that_is_supported_stands_and_the_finding_beside_it() -> None:
    built = led("Nobody was hurt [1].", {"17 people": 3.0}, Policy.FREE)
    events = list(built.stream(SAVED))
    found = events[0]
    assert isinstance(found, Retrieved)
    assert [p.source.id for p in found.passages] == ["beta", "alpha", "gamma"]
    assert [p.number for p in found.passages] == [1, 2, 3]
    assert found.findings[0].passage == 1
    last = events[-1]
    assert isinstance(last, Finished)
    said, quoted = last.answer.claims
    assert said.text == "Nobody was hurt."
    assert "17 people" in quoted.text


def test_documents_that_agree_are_all_cited() -> None:
    texts = {**TEXTS, "beta": "The coast guard confirmed that 14 people were saved."}
    built = led("14 people were saved [1].", {"14 people": 3.0})
    documents = FixedDocuments(texts)
    answer = replace(
        built, documents=documents, retriever=FixedRetriever(documents.hits())
    ).ask(SAVED)
    assert answer.text == "14 people were saved. [1][2]"
    assert {citation.source.id for citation in answer.citations} == {"alpha", "beta"}
    assert [claim.alternative for claim in answer.claims] == [False]


@pytest.mark.parametrize("quotes_only", [False, True])
def test_another_place_about_as_likely_that_says_otherwise_is_quoted_too(
    quotes_only: bool,
) -> None:
    asked = replace(SAVED, quotes_only=quotes_only)
    for other, shown in ((2.5, True), (0.5, False)):
        built = led("14 people were saved [1].", {"14 people": 3.0, "17 people": other})
        answer = built.ask(asked)
        check_exact(answer)
        assert answer.short == "14 people"
        others = [claim.text for claim in answer.claims if claim.alternative]
        assert others == [TEXTS["beta"].partition(". ")[0] + "."] * shown


def test_what_the_cited_sentence_says_besides_is_no_alternative() -> None:
    built = led("14 people were saved [1].", {"14 people": 3.0, "the port": 2.9})
    assert [c.alternative for c in built.ask(SAVED).claims] == [False]


def test_quotes_hold_what_was_found() -> None:
    built = led("", {"17 people": 3.0, "14 people": 1.0})
    answer = built.ask(replace(SAVED, quotes_only=True))
    check_exact(answer)
    assert [claim.text for claim in answer.claims] == [
        TEXTS["beta"].partition(". ")[0] + "."
    ]
    assert answer.short == "17 people"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "14 people were saved", "The coast guard spoke of 17", "[1]", "[2]", "[1, 2]",
                "[99]", "[0]", "[1][1]", ". ", "\n", "NO ANSWER", "Olga Brand said “never”",
                "<|im_end|>", "<b>", "$question", "{{ 7 }}", "!", "Nobody was hurt", "- ",
            ]
        )
    )
)  # fmt: skip
def test_whatever_the_model_writes_every_citation_is_exact(pieces: list[str]) -> None:
    check_exact(ask(" ".join(pieces)))


def test_without_checking_claims_stand_as_written_and_say_so() -> None:
    built = replace(
        assistant("14 people were saved [1]. Olga Brand was captain [2]."),
        verifier=Unchecked(),
    )
    answer = built.ask(SAVED)
    assert [c.support for c in answer.claims] == [Support.UNCHECKED] * 2
    assert answer.text == "14 people were saved. [1] Olga Brand was captain. [2]"


@pytest.mark.parametrize("quotes_only", [False, True])
def test_words_that_somebody_says_are_shown_with_who_says_them(quotes_only: bool) -> None:
    spoken = (
        "“We saw no ferry at all,” said the keeper. “We saved 14 people with one boat.”"
    )
    built = led("We saved 14 people with one boat [1].", {"14 people": 3.0})
    documents = FixedDocuments({"alpha": spoken})
    built = replace(built, documents=documents, retriever=FixedRetriever(documents.hits()))
    answer = built.ask(replace(SAVED, quotes_only=quotes_only))
    quotes = [citation.span.text_of(spoken) for citation in answer.citations]
    assert quotes == [citation.quote for citation in answer.citations]
    said, speaker = (
        "“We saved 14 people with one boat.”",
        "“We saw no ferry at all,” said the keeper.",
    )
    # Quotations stand in the text's order; what was written stands first.
    assert quotes == ([speaker, said] if quotes_only else [said, speaker])


def test_he_said_is_shown_with_the_sentence_that_names_him() -> None:
    named = "The keeper Ole Hamm said that he was asleep."
    spoken = f"{named} “Somebody else saved 14 people,” he claimed, according to the Post."
    built = led("", {"14 people": 3.0})
    documents = FixedDocuments({"alpha": spoken})
    built = replace(built, documents=documents, retriever=FixedRetriever(documents.hits()))
    answer = built.ask(replace(SAVED, quotes_only=True))
    quoted = [citation.quote for citation in answer.citations]
    assert quoted == [named, spoken.removeprefix(named).strip()]


def test_what_somebody_says_is_told_in_two_sentences_and_neither_is_an_alternative() -> (
    None
):
    texts = {
        "alpha": "The pilot Brand said that the boat sank. It was a ferry.",
        "beta": "Captain Brand added that the boat was old. Nobody was hurt.",
        "gamma": "Brand said that the boat was small.",
    }
    documents = FixedDocuments(texts)
    built = replace(
        led("", {}),
        documents=documents,
        retriever=FixedRetriever(documents.hits()),
        lead=Lead(_ByRule(LookedUp.STATEMENT, statements_asked_for, {})),
        policy=Policy.GUIDED,
    )
    answer = built.ask(Question("What did Brand say about the boat?"))
    assert [claim.text for claim in answer.claims] == [
        text.partition(". ")[0] + "." for text in (texts["alpha"], texts["beta"])
    ]
    assert not any(claim.alternative for claim in answer.claims)
    assert answer.short == ""


class _ByRule(FixedReader):
    """Finds what a rule finds, and the given words about as likely."""

    def __init__(
        self,
        kind: LookedUp,
        rule: Callable[[str, Passage], Sequence[Span]],
        found: dict[str, float],
    ) -> None:
        super().__init__(found)
        self.kind, self.rule = kind, rule

    def read(self, question: str, passages: Sequence[Passage]) -> list[Finding]:
        ruled = [
            Finding(
                passage.number,
                span,
                span.text_of(passage.chunk.text),
                *(5.0, 5.0, 5.0 - passage.number),
                looked_up=self.kind,
            )
            for passage in passages
            for span in self.rule(question, passage)
        ]
        return [*ruled, *super().read(question, passages)]


def holders(question: str, passage: Passage) -> list[Span]:
    span = holder_asked_for(question, passage)
    return [] if span is None else [span]


NAMED = "The sum is above the 40 million that Mayor Ana Ruiz named. "
BESIDE = "A spokeswoman, Ada Poe, said that it covers the hangers. “It holds,” she said."


@pytest.mark.parametrize(
    ("other", "claims"),
    [
        ("Nobody else knew.", [NAMED.strip()]),
        (
            "Mayor Bo Rask gave no sum.",
            [NAMED.strip(), "Mayor Bo Rask gave no sum."],
        ),
    ],
)
def test_to_who_holds_an_office_only_another_who_does_is_an_alternative(
    other: str, claims: list[str]
) -> None:
    reader = _ByRule(LookedUp.HOLDER, holders, {"Ada Poe": 5.0})
    texts = {"alpha": NAMED + BESIDE, "beta": other}
    built = reading_assistant(texts, reader, ScriptedGenerator(""))
    answer = built.ask(Question("Who is the mayor?", quotes_only=True))
    assert [claim.text for claim in answer.claims] == claims
    assert [claim.alternative for claim in answer.claims] == [False, True][: len(claims)]


@pytest.mark.parametrize("quotes_only", [False, True])
def test_what_leads_to_the_answer_from_another_document_is_quoted_beside_it(
    quotes_only: bool,
) -> None:
    texts = {
        "alpha": "It was directed by Ina Mol. She was 41.",  # its title: "On alpha"
        "beta": "Port Ellis is a town. In 1961 On alpha was shot there, in Port Ellis.",
    }
    documents = FixedDocuments(texts)
    built = replace(
        led("It was directed by Ina Mol [1].", {"Ina Mol": 3.0}),
        documents=documents,
        retriever=FixedRetriever(documents.hits()),
    )
    asked = "Who directed what was shot in Port Ellis in 1961?"
    answer = built.ask(Question(asked, quotes_only=quotes_only))
    assert answer.short == "Ina Mol"
    assert [citation.quote for citation in answer.citations] == [
        "It was directed by Ina Mol.",
        "In 1961 On alpha was shot there, in Port Ellis.",
    ]
    numbers = [p.number for p in answer.passages]
    assert {citation.passage for citation in answer.citations} <= set(numbers)


def test_a_row_of_a_table_is_quoted_with_what_names_its_columns() -> None:
    table = "Nation | Gold | Silver\nNorland | 13 | 18\nVenedia | 9 | 11"
    documents = FixedDocuments({"medals": f"All medals are counted.\n\n{table}"})
    built = replace(
        led("", {"9": 3.0}), documents=documents, retriever=FixedRetriever(documents.hits())
    )
    asked = Question("How many gold medals did Venedia win?", quotes_only=True)
    assert built.ask(asked).text == "Venedia – Gold: “9” [1][2]"
