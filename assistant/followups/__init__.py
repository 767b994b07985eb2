"""Follow-up questions: questions of a conversation made to stand alone.

leaning.py     whether a question needs the conversation
words.py       the words that say so, in English and German
phrases.py     a question cut into phrases
rules.py       rewriting by rule
standalone.py  rewriting by the language model, and the rule where there is none
"""

from assistant.followups.leaning import leans_on_conversation, may_stand_alone
from assistant.followups.standalone import standalone_question

__all__ = ["leans_on_conversation", "may_stand_alone", "standalone_question"]
