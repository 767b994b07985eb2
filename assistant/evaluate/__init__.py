"""Measure the assistant on a set of questions, without a judge model.

    command.py        `citewell evaluate`; options.py what its commands share
    types.py          the nouns of an evaluation
    session.py        from a set on disk to a run on disk: start here
    sets/             questions with known answers: read, checked, written
    runs/             a set asked, row by row, into a folder
    measures/         what is computed from answers and gold
    reports/          what a person sees of it
    calibrate.py      how sure to be, fitted on runs; calibrating.py from runs to the file

Figures depend on spans and words alone, so they are the same on every machine.
"""
