// Ask the built site's own search: node run_searches.js <folder of one language's site> < queries as JSON.
// Prints, as JSON, the addresses of the pages found by each query, best first. The worker and the scripts
// beside it are those that a browser loads; here they get the three functions of a worker that they call.
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const site = process.argv[2];
const page = fs.readFileSync(path.join(site, "index.html"), "utf8");
const worker = path.join(site, page.match(/"search": "([^"]+)"/)[1]);
const answers = [];
let handle = null;

const context = vm.createContext({ console, URL, setTimeout });
context.self = context;
context.addEventListener = (_type, handler) => { handle = handler; };
context.postMessage = (message) => answers.push(message);
context.importScripts = (...files) => files.forEach((file) => load(path.resolve(path.dirname(worker), file)));
context.Worker = class { postMessage(message) { return handle({ data: message }); } };

function load(file) {
  vm.runInContext(fs.readFileSync(file, "utf8"), context, { filename: file });
}

async function main() {
  load(worker);
  const rewrites = path.join(site, "assets", "russian-search.js");
  if (page.includes("assets/russian-search.js")) load(rewrites);
  const index = JSON.parse(fs.readFileSync(path.join(site, "search", "search_index.json"), "utf8"));
  const client = new context.Worker();
  await client.postMessage({ type: 0, data: { ...index, options: { suggest: false } } });
  answers.length = 0;
  for (const query of JSON.parse(fs.readFileSync(0, "utf8"))) await client.postMessage({ type: 2, data: query });
  const pages = answers.map(({ data }) => data.items.map((sections) => sections[0].location.split("#")[0]));
  console.log(JSON.stringify(pages));
}

main();
