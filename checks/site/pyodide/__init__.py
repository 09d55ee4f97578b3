"""Python in the reader's browser: Pyodide, the wheels it loads, the programs and task 1.2.

`.ci/setup pyodide` downloads what `package-lock.json` and `requirements.lock` name into
build/pyodide. Without it the site is built all the same, and its pages say that nothing runs.
"""
