"""`python -m assistant` is the same as `citewell`."""

from assistant.cli import main

if __name__ == "__main__":
    main(prog_name="citewell")
