"""Does a claim follow from the words it cites: facts by rule, entailment learned."""
