r"""Translate the pool by rule, for training across languages: one command, always the same.

    python -m models.training.translate --pool POOL.jsonl --german /usr/share/trans/de-en \
        --chinese cedict_ts.u8.gz --out TRANSLATED.jsonl

Questions, paragraphs and answers go through Apertium (Forcada et al., "Apertium: a free/
open-source platform for rule-based machine translation", Machine Translation 25, 2011), which
has English with Spanish and Catalan, and goes on from these; questions besides word by word
through a German and a Chinese dictionary. The file holds a line for each text: `text`, and
what it is in each language by its code.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from models.training.dictionaries import read_cedict, read_ding, word_by_word
from models.training.extractor_data import read_pool
from models.training.extractor_languages import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.training.extractor_data import Row

# Each language from an earlier one of the table or from English, by a mode of Apertium.
CHAINS = {
    "es": ("en", "eng-spa"),
    "ca": ("en", "eng-cat"),
    "fr": ("es", "es-fr"),
    "pt": ("es", "es-pt"),
    "it": ("ca", "cat-ita"),
}
AT_ONCE = 200  # texts
MARKS = re.compile(r"[*@#]")  # of words that a step does not know


def settings() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pool", type=Path, required=True)
    parser.add_argument(
        "--german", type=Path, required=True, help="the Ding word list, UTF-8"
    )
    parser.add_argument(
        "--chinese", type=Path, required=True, help="CC-CEDICT, UTF-8, gzipped"
    )
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def apertium(mode: str, texts: Sequence[str]) -> list[str]:
    """Translate texts of one line each.

    Raises:
        FileNotFoundError: Apertium is not installed.
        subprocess.CalledProcessError: it lacks the mode.
    """
    made: list[str] = []
    for begin in range(0, len(texts), AT_ONCE):
        part = texts[begin : begin + AT_ONCE]
        together = _run(mode, "\n\n".join(part)).split("\n\n")
        # A text may swallow the empty line after it: then each goes on its own.
        alone = len(together) != len(part)
        made += (
            [one_line(_run(mode, t)) for t in part] if alone else map(one_line, together)
        )
    return made


def _run(mode: str, text: str) -> str:
    done = subprocess.run(
        ["apertium", "-u", mode],
        input=f"{text}\n",
        capture_output=True,
        text=True,
        check=True,
    )
    return MARKS.sub("", done.stdout).strip("\n")


def translations(texts: Sequence[str]) -> dict[str, list[str]]:
    """Return the texts in every language that Apertium reaches, by the language's code."""
    made = {"en": list(texts)}
    for language, (source, mode) in CHAINS.items():
        made[language] = apertium(mode, made[source])
        print(f"{language}: {len(texts):,} texts", flush=True)
    return made


def texts_of(rows: Sequence[Row]) -> list[str]:
    """Return all questions, paragraphs and answers of the rows, each once, sorted."""
    return sorted(
        {one_line(t) for r in rows for t in (r.question, r.paragraph, *r.answers)}
    )


def main() -> None:
    """Write the pool's texts in other languages."""
    args = settings()
    rows = read_pool(args.pool)
    german, chinese = read_ding(args.german), read_cedict(args.chinese)
    questions = {one_line(row.question) for row in rows}
    texts = texts_of(rows)
    made = translations(texts)
    with args.out.open("w", encoding="utf-8") as out:
        for number, text in enumerate(texts):
            line = {"text": text} | {code: made[code][number] for code in CHAINS}
            if text in questions:
                line["de"] = word_by_word(text, german, latin=True)
                line["zh"] = word_by_word(text, chinese, latin=False)
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
