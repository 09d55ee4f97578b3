"""What the runnable pages say beside their own text, in both languages."""

from checks.course.course import Text

NO_SCRIPT = Text(
    "The code on this page runs in your browser, and that needs JavaScript. Without it you can read"
    " the code here, and run it in a clone of the workbook.",
    "Код на этой странице выполняется в вашем браузере, для этого нужен JavaScript. Без него код"
    " можно прочитать здесь и запустить в клоне практикума.",
)
NOT_BUILT = Text(
    "This copy of the site was built without Python for the browser, so the code on this page does"
    " not run. `make pyodide site` builds it in.",
    "Эта копия сайта собрана без Python для браузера, поэтому код на этой странице не выполняется."
    " Добавляет его `make pyodide site`.",
)
SOLVE_HERE = Text(
    "You can also [solve this task in the page]({path}), without a clone.",
    "Это задание можно и [решить прямо на странице]({path}), ничего не клонируя.",
)
TASK_FILES = Text(
    "The files that you edit, as the starter has them",
    "Файлы, которые вы правите, какими их даёт заготовка",
)
SCRIPT_WORDS = {
    "first": Text("Load Python ({size} MB) and run", "Загрузить Python ({size} МБ) и запустить"),
    "run": Text("Run", "Запустить"),
    "stop": Text("Stop", "Остановить"),
    "loading": Text("Python is loading…", "Python загружается…"),
    "running": Text("Running…", "Выполняется…"),
    "done": Text("Done.", "Готово."),
    "failed": Text("The program ended with an error.", "Программа завершилась ошибкой."),
    "stopped": Text("Stopped.", "Остановлено."),
    "broken": Text(
        "Python could not be loaded. Check the connection, then try again.",
        "Не удалось загрузить Python. Проверьте соединение и попробуйте ещё раз.",
    ),
    "code": Text("Code, editable", "Код, можно менять"),
    "output": Text("Output", "Вывод"),
}
TASK_WORDS = SCRIPT_WORDS | {
    "first": Text(
        "Load Python and an editor ({size} MB), run the tests",
        "Загрузить Python и редактор ({size} МБ), запустить тесты",
    ),
    "run": Text("Run the tests", "Запустить тесты"),
    "running": Text("The tests run…", "Тесты выполняются…"),
    "done": Text("Every promise holds.", "Все обещания выполнены."),
    "failed": Text("A promise does not hold yet.", "Одно из обещаний ещё не выполнено."),
    "output": Text("The result of the tests", "Результат тестов"),
    "file": Text("File", "Файл"),
    "version": Text("Shown", "Показано"),
    "own": Text("your code", "ваш код"),
    "starter": Text("the starter", "заготовка"),
    "answer": Text("a reference answer", "эталонный ответ"),
    "again": Text("Start this file again", "Начать этот файл заново"),
    "sure": Text(
        "Replace your text of this file by the starter's? Ctrl+Z in the editor undoes it.",
        "Заменить ваш текст этого файла текстом заготовки? Ctrl+Z в редакторе вернёт его.",
    ),
}
