// Python in a worker of its own: `run-in-page.js` posts it one job after the other.
import { loadPyodide } from "./pyodide.mjs";

const here = new URL(".", import.meta.url);
const print = (line) => postMessage({ out: `${line}\n` });

const fetched = async (name) => {
  const answer = await fetch(new URL(name, here));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.arrayBuffer();
};

/** Python with the wheels and archives of one program. */
const load = async ({ wheels, archives }) => {
  const files = [...wheels.map((name) => [name, "wheel"]), ...archives.map((name) => [name, "zip"])];
  const [python, ...contents] = await Promise.all([
    loadPyodide({ indexURL: here.href, stdout: print, stderr: print }),
    ...files.map(([name]) => fetched(name)),
  ]);
  python.FS.mkdirTree("/tab");
  files.forEach(([, format], index) => {
    python.unpackArchive(contents[index], format, format === "zip" ? { extractDir: "/tab" } : {});
  });
  python.runPython(`
import sys
sys.path[:0] = ["/tab/checks/site/pyodide/tab/stand_ins", "/tab"]
from checks.site.pyodide.tab import absent, sections
absent.install()
`);
  return python;
};

let python;
const jobs = {
  sections: ({ sources }) => {
    const run = python.pyimport("checks.site.pyodide.tab.sections").run_sections;
    return { passed: run(python.toPy(sources)) };
  },
  task: ({ key, texts, lang }) => {
    const { check_task } = python.pyimport("checks.site.pyodide.tab.check_task");
    return { passed: check_task(`/tab/${key}`, python.toPy(texts), lang) };
  },
};

onmessage = async ({ data }) => {
  try {
    python ||= await load(data.program);
  } catch {
    postMessage({ broken: true });
    return;
  }
  postMessage({ loaded: true });
  try {
    postMessage({ done: true, ...jobs[data.job](data) });
  } catch (error) {
    print(String(error.message || error));
    postMessage({ done: true, passed: false });
  }
};
