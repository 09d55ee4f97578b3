"""A file of docs/quiz with one question, of which a test changes a part."""

OPTION = """
[[questions.options]]
{kind}
text.en = "Text {n}"
text.ru = "Текст {n}"
why.en = "Reason {n}"
why.ru = "Причина {n}"
"""
RIGHT = OPTION.format(kind="right = true", n=1)
WRONG = OPTION.format(kind='mistake = "1.1/early"', n=2)
ALSO_WRONG = OPTION.format(kind='mistake = "1.1/late"', n=3)
HEAD = """
[[questions]]
key = "why-so"
of = "1.1"
ask.en = "Why?"
ask.ru = "Почему?"
"""
WHOLE = HEAD + RIGHT + WRONG + ALSO_WRONG
