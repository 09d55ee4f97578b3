// Runs Python in the page (checks/site/pyodide). Nothing is loaded before a reader asks for it.
(() => {
  const script = new URL(document.currentScript.src);
  const russian = document.documentElement.lang === "ru";
  const base = new URL(russian ? "../../assets/pyodide/" : "pyodide/", script);

  const element = (name, properties, attributes = {}) => {
    const made = Object.assign(document.createElement(name), properties);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  };

  /** One worker with one program's Python. A job is over with its last message, or when it is stopped. */
  const python = (key) => {
    let worker = null;
    let job = null;
    const end = (result) => {
      const ended = job;
      job = null;
      ended?.end(result);
    };
    const stop = (result) => {
      worker?.terminate();
      worker = null;
      end(result);
    };
    const start = () => {
      worker = new Worker(new URL("worker.mjs", base), { type: "module" });
      worker.onerror = () => stop("broken");
      worker.onmessage = ({ data }) => {
        if (data.out) job?.print(data.out);
        if (data.loaded) job?.loaded();
        if (data.broken) stop("broken");
        if (data.done) end(data.passed ? "done" : "failed");
      };
    };
    const program = async () => (await (await fetch(new URL("programs.json", base))).json())[key];
    return {
      busy: () => job !== null,
      stop: () => stop("stopped"),
      run: async (message, listener) => {
        job = listener;
        try {
          const loads = await program();
          if (job !== listener) return;
          if (!worker) start();
          worker.postMessage({ ...message, program: loads });
        } catch {
          stop("broken");
        }
      },
    };
  };

  /** A button, a second one that stops, a status and an output below `box`. */
  const controls = (box, words, ask) => {
    const run = element("button", { type: "button", className: "in-page-run", textContent: words.first });
    const stop = element("button", { type: "button", className: "in-page-stop", textContent: words.stop, hidden: true });
    const status = element("span", { className: "in-page-status" }, { role: "status" });
    const output = element("pre", { className: "in-page-output", tabIndex: 0, hidden: true },
      { role: "region", "aria-label": words.output });
    const bar = element("div", { className: "in-page-bar" });
    bar.append(run, stop, status);
    box.append(bar, output);
    const listener = {
      print: (text) => { output.append(text); },
      loaded: () => { status.textContent = words.running; },
      end: (result) => {
        box.dataset.state = result;
        status.textContent = words[result];
        stop.hidden = true;
        run.disabled = false;
        output.hidden = output.textContent === "";
      },
    };
    const begin = () => {
      output.textContent = "";
      output.hidden = true;
      box.dataset.state = "busy";
      status.textContent = words.loading;
      stop.hidden = false;
      run.disabled = true;
      ask(listener);
    };
    run.addEventListener("click", begin);
    stop.addEventListener("click", () => { box.dispatchEvent(new Event("stop")); run.focus(); });
    return { run, begin };
  };

  /** The sections of one program: each of them runs after those above it, in a new namespace. */
  const sections = (boxes) => {
    const key = boxes[0].dataset.program;
    const interpreter = python(key);
    const words = JSON.parse(boxes[0].dataset.words);
    const parts = boxes.map((box) => {
      const code = box.querySelector("code");
      return { box, text: () => code.textContent, code: box.querySelector(".highlight") };
    });
    let opened = null;
    const open = async () => {
      const { createEditor } = await import(new URL("editor.js", base));
      parts.forEach((part) => {
        const place = element("div", { className: "in-page-editor" });
        part.code.before(place);
        const editor = createEditor(place, part.text().trimEnd(), { label: words.code, run: () => part.run.click() });
        part.text = editor.text;
        part.code.hidden = true;
      });
    };
    const ask = (index, listener) => {
      const end = (result) => {
        parts.forEach(({ run }) => Object.assign(run, { textContent: words.run, disabled: false }));
        listener.end(result);
      };
      const done = { ...listener, end };
      parts.forEach(({ run }) => { run.disabled = true; });
      opened ||= open().catch((error) => { opened = null; throw error; });
      opened.then(() => {
        const sources = parts.slice(0, index + 1).map((part) => `${part.text()}\n`);
        interpreter.run({ job: "sections", sources }, done);
      }, () => done.end("broken"));
    };
    parts.forEach((part, index) => {
      Object.assign(part, controls(part.box, words, (listener) => ask(index, listener)));
      part.box.addEventListener("stop", interpreter.stop);
    });
  };

  let choices = 0;

  /** A choice with a label above the editor. */
  const choice = (label, options, change) => {
    const select = element("select", { id: `in-page-choice-${choices += 1}` });
    options.forEach(([value, text]) => select.append(element("option", { value, textContent: text })));
    select.addEventListener("change", change);
    const around = element("span", { className: "in-page-choice" });
    around.append(element("label", { htmlFor: select.id, textContent: label }), " ", select);
    return [around, select];
  };

  /** What a reader has written of a task's files. A browser that stores nothing forgets it. */
  const work = (key) => {
    const place = `eventure.solve.${key}.v1`;
    let texts = {};
    try {
      texts = JSON.parse(localStorage.getItem(place)) || {};
    } catch {
      // An unreadable store is an empty one.
    }
    return {
      text: ({ path, starter }) => (typeof texts[path] === "string" ? texts[path] : starter),
      keep: (path, text) => {
        texts[path] = text;
        try {
          localStorage.setItem(place, JSON.stringify(texts));
        } catch {
          // The text stays in this page.
        }
      },
    };
  };

  /** A task to be solved: its files in an editor, its tests, the verdict as in the terminal. */
  const task = (box) => {
    const key = box.dataset.task;
    const words = JSON.parse(box.dataset.words);
    const interpreter = python(key);
    const kept = work(key);
    const place = element("div", { className: "in-page-editor" });
    let files = [];
    let version = "own";
    let current = 0;
    let editor = null;
    const textOf = (file) => (version === "own" ? kept.text(file) : file[version]);
    const show = () => editor.show(textOf(files[current]), version !== "own");
    const open = async () => {
      const [{ createEditor }, answer] = await Promise.all([
        import(new URL("editor.js", base)), fetch(new URL(`${key}.json`, base)),
      ]);
      ({ files } = await answer.json());
      const [fileLabel, file] = choice(words.file, files.map(({ path }, index) => [index, path]),
        () => { current = Number(file.value); show(); });
      const [versionLabel, chosen] = choice(words.version,
        ["own", "starter", "answer"].map((each) => [each, words[each]]), () => { version = chosen.value; show(); });
      const again = element("button", { type: "button", textContent: words.again });
      again.addEventListener("click", () => {
        if (version === "own" && confirm(words.sure)) editor.replace(files[current].starter);
      });
      const bar = element("div", { className: "in-page-bar" });
      bar.append(fileLabel, versionLabel, again);
      box.querySelector(".in-page-static").hidden = true;
      box.prepend(bar, place);
      editor = createEditor(place, textOf(files[0]), {
        label: words.code, run: () => run.click(),
        changed: (text) => { if (version === "own") kept.keep(files[current].path, text); },
      });
    };
    let opened = null;
    const { run } = controls(box, words, (listener) => {
      opened ||= open().catch((error) => { opened = null; throw error; });
      const end = (result) => { run.textContent = words.run; listener.end(result); };
      opened.then(() => {
        const texts = Object.fromEntries(files.map((file) => [file.path, textOf(file)]));
        interpreter.run({ job: "task", key, texts, lang: russian ? "ru" : "en" }, { ...listener, end });
      }, () => end("broken"));
    });
    box.addEventListener("stop", interpreter.stop);
  };

  document.querySelectorAll(".in-page-no-script").forEach((sentence) => { sentence.hidden = true; });
  const boxes = [...document.querySelectorAll(".in-page[data-program]")];
  const programs = new Set(boxes.map((box) => box.dataset.program));
  document.querySelectorAll(".in-page[data-task]").forEach(task);
  programs.forEach((key) => sections(boxes.filter((box) => box.dataset.program === key)));
})();
