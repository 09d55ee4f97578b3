"""The checker's own words in the reader's language; the texts of tasks lie with the tasks."""

RUSSIAN = {
    # verdicts on the board
    "✔ passes": "✔ решено",
    "✘ fails": "✘ не проходит",
    "✘ hangs": "✘ зависает",
    "✘ error": "✘ ошибка",
    "· not run": "· не запускалось",
    "· blocked": "· ждёт",
    "! broken run": "! сбой прогона",
    # verdicts of a run
    "pass": "решено",
    "fail": "не проходит",
    "error": "ошибка",
    "timeout": "зависло",
    "oom": "нет памяти",
    "output_limit": "много вывода",
    "blocked": "ждёт",
    "not_run": "не запускалось",
    "infra_error": "сбой прогона",
    "flaky": "то так, то эдак",
    # the board
    "not written yet": "ещё не написан",
    "Every task that is written passes.": "Все написанные задания решены.",
    "task": "задание",
    "verdict": "вердикт",
    "points": "баллы",
    "Next: ": "Дальше: ",
    "min": "мин",
    "read": "прочитать",
    "edit": "править",
    "check": "проверить",
    "or": "или",
    "stuck": "подсказка",
    # a run
    "running": "запускаю",
    "tests": "тесты",
    "your code": "ваш код",
    "no answer": "нет ответа",
    "This looks like: ": "Похоже на известную ошибку: ",
    "a question:": "вопрос:",
    "run in the sandbox": "запущено в песочнице",
    "no cause was recorded": "причина не записана",
    # hints
    "hint": "подсказка",
    "of": "из",
    "The last one. An answer:": "Это последняя. Одно из решений:",
    # watch
    "passed before and does not now": "раньше проходило, теперь нет",
    "saved": "сохранено",
    "next task": "следующее задание",
    "previous": "предыдущее",
    "run again": "запустить снова",
    "board": "табло",
    "quit": "выход",
    "This is the last task.": "Это последнее задание.",
    "This is the first task.": "Это первое задание.",
    "waiting for a save in": "жду сохранения в",
}


def say(text: str, lang: str) -> str:
    """One of the checker's words in the reader's language; English when it has no other."""
    return RUSSIAN.get(text, text) if lang == "ru" else text
