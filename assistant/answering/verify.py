"""The verifiers under the names they had here; see `assistant.verification`."""

from assistant.verification.lexical import LexicalVerifier, Unchecked

__all__ = ["LexicalVerifier", "Unchecked"]
