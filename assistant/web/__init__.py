"""The web page: chat with your documents and see every citation in its place.

    command.py        `citewell web`
    app.py            the page, put together from Gradio's parts and ours, and served
    events.py         what happens when a person does something
    calls.py          small calls from our own script: a source, a thumb, a new name
    evaluation.py     those of the evaluation view; marking.py those of test questions
    browse.py         those that look through the folders of this computer
    stream.py         the way of an answer into the page
    api.py            the endpoints for other programs; tools.py those for MCP clients
    auth.py           who may come in; login.py the page for logging in; visits.py who is there
    guard.py          what the browser is told never to do
    services/         behind the page: engine.py the models and the libraries; jobs.py one
                      question on its way; reading.py files on theirs; conversations.py what
                      was asked and answered; trials.py evaluations; drawing.py the process
                      that draws pages
    views/            all of the page as HTML: render.py an answer, panel.py a citation in its
                      place, library_view.py, report_view.py and so on; text.py every word of
                      the page, in each of its languages
    static/           our scripts and style sheets

No text of a document, a file name, a question or an answer is ever code, template or markup:
HTML is written in Python only, through `markup.Html`, which escapes whatever is put into it.
"""
