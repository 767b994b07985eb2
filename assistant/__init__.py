"""Questions to answers: retrieve, read, write, cite, check.

`assistant.build.open_assistant` puts everything together from the settings;
`assistant.pipeline` is the way of a question from top to bottom.
"""
