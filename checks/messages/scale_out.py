"""What `checks grade --queue` and `checks worker` say, in both languages."""

from checks.course.course import Text

READY = Text(
    "ready: {jobs} at a time, version {version}, store {store}",
    "готов: одновременно {jobs}, версия {version}, хранилище {store}",
)
WORKERS = Text(
    "workers that take these cells ({number}): {names}",
    "воркеры, которые берут эти работы ({number}): {names}",
)
NO_WORKER = Text(
    "no worker of version {version} answers yet; the cells wait in the queue. Start one: "
    "checks worker --queue URL --store URL",
    "воркеров версии {version} пока нет; работы ждут в очереди. Запустите одного: "
    "checks worker --queue URL --store URL",
)
OTHER_VERSION = Text(
    "{worker} has another version ({differs}) and takes none of these cells: give it this commit "
    "and this Python",
    "у {worker} другая версия ({differs}), эти работы он не берёт: дайте ему этот коммит и этот "
    "Python",
)
STOPPED = (
    "Stopped; workers go on with what was sent: run the same command again to collect the results"
)
