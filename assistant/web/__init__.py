"""The web page: chat with your documents and see every citation in its place.

    command.py        `citewell web`
    app.py            the page, put together from Gradio's parts and ours, and served
    events.py         what happens when a person does something
    calls.py          small calls from our own script: a source, a thumb, a new name
    api.py            the endpoints for other programs; tools.py those for MCP clients
    engine.py         the models, the libraries and the line in front of the model
    jobs.py           one question on its way
    reading.py        files on their way into a library
    conversations.py  SQLite: what was asked and answered, by whom
    render.py         an answer as HTML; sources.py the list of its sources
    live_view.py      an answer that is being written, as HTML
    export.py         an answer as Markdown, to take along
    sidebar.py        the list of conversations as HTML
    panel.py          a citation in its place as HTML
    pages.py          a page of a PDF as a picture, drawn in the process of drawing.py
    shelf.py          the libraries of this machine
    library_view.py   what a library holds as HTML
    folders.py        the folders its files lie in
    reading_view.py   how far files are on their way into it, as HTML
    uploads.py        safe names for files that come from a browser
    auth.py           who may come in; login.py the page for logging in
    guard.py          what the browser is told never to do
    text.py           every word of the page, in each of its languages
    static/           our script and style sheet

No text of a document, a file name, a question or an answer is ever code, template or markup:
HTML is written in Python only, through `markup.Html`, which escapes whatever is put into it.
"""
