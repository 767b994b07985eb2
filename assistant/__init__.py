"""Questions to answers: retrieve, read, write, cite, check.

pipeline.py       the way of a question from top to bottom: start here
build.py          puts everything together from the settings: `open_assistant`
types.py          the nouns of an answer; protocols.py the parts it needs
encoder/          the encoder that searching and reading share, out of its package
reading/          finding the words that answer: the extractor, rules, what is weighed
text/             what sentences say: words, dates, names, opposites, speakers, tables
confidence/       how sure an answer can be
answering/        from findings or a draft to claims, cited, checked and put together
verification/     does a claim follow from what it cites: facts by rule, the rest learned
llm/              language models through llama.cpp
followups/        follow-up questions; prompt.py the files in `prompts/`
models.py         which models there are, and where; config.py the settings
catalog.py        models that can be fetched; downloads/ fetches them
machine.py        what this machine has, and which models fit it
cli.py            the command line; commands/ its parts
web/              the page
evaluate/         sets of questions, figures, reports, calibration
"""
