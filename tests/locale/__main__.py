"""Compile the catalogues of the program's own words: `python -m tests.locale`."""

from tests.locale.catalogues import LANGUAGES, compiled, path

if __name__ == "__main__":
    for language in LANGUAGES:
        path(language, "mo").write_bytes(compiled(language))
