"use strict";
// Sorting, filters and the stories of the report page. Every text goes in as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words;
  const map = document.getElementById("map");
  const body = map.tBodies[0];
  const search = document.getElementById("search");
  const state = document.getElementById("state");
  const task = document.getElementById("task");
  const shown = document.getElementById("shown");
  const tasks = [...map.querySelectorAll(".ids th")].slice(2).map((th) => th.textContent);
  const rows = [...body.rows].map((tr, number) => ({
    tr, number, name: tr.cells[0].textContent,
    points: Number(tr.cells[1].dataset.points),
    states: [...tr.cells].slice(2).map((td) => td.className).join(""),
  }));
  let mistake = null;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const make = (tag, text, css) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (css) element.className = css;
    return element;
  };

  // Filters: a name, a state of any task or of one, a known mistake.
  const isWanted = (row) => {
    const column = tasks.indexOf(task.value);
    const seen = column < 0 ? row.states : row.states[column];
    return row.name.toLocaleLowerCase().includes(search.value.trim().toLocaleLowerCase())
      && (!state.value || seen.includes(state.value))
      && (mistake === null || mistake.rows.includes(row.number));
  };
  const filter = () => {
    let count = 0;
    for (const row of rows) {
      row.tr.hidden = !isWanted(row);
      count += row.tr.hidden ? 0 : 1;
    }
    shown.textContent = fill(words.shown, {shown: count, all: rows.length});
    if (mistake) {
      const clear = make("button", words.clear);
      clear.addEventListener("click", () => { mistake = null; filter(); search.focus(); });
      shown.append(" · ", fill(words.with, {mistake: mistake.title}), " ", clear);
    }
    if (!current.isConnected || current.closest("tr").hidden) move(stops(map.rows[1])[0], false);
  };

  // Sorting: the buttons are made here, since without script there is nothing to press.
  const compare = new Intl.Collator(document.documentElement.lang, {numeric: true}).compare;
  const sortable = (head, table, key) => {
    const button = make("button", head.textContent);
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const falling = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const sorted = [...table.tBodies[0].rows].map((tr) => [key(tr), tr]);
      sorted.sort(([a], [b]) => (typeof a === "number" ? a - b : compare(a, b)) * (falling ? -1 : 1));
      table.tBodies[0].append(...sorted.map(([, tr]) => tr));
    });
  };
  const number = (cell) => Number(cell.dataset.n ?? cell.dataset.points);
  const cellKey = (column) => (tr) => {
    const cell = tr.cells[column];
    if (cell.dataset.n !== undefined || cell.dataset.points !== undefined) return number(cell);
    return map.contains(cell) && column > 1 ? "phwqn".indexOf(cell.className) : cell.textContent;
  };
  for (const id of ["map", "tasks", "like"]) {
    const table = document.getElementById(id);
    const heads = table ? table.tHead.rows[id === "map" ? 1 : 0].cells : [];
    [...heads].forEach((head, column) => sortable(head, table, cellKey(column)));
  }

  // The map as a grid: one stop for Tab, arrows inside (WAI-ARIA Authoring Practices, grid).
  const stops = (tr) => [...tr.cells].map((cell) => cell.querySelector("a, button") ?? cell);
  let current = stops(map.rows[1])[0];
  const move = (stop, focus = true) => {
    current.tabIndex = -1;
    current = stop;
    current.tabIndex = 0;
    if (focus) current.focus();
  };
  map.setAttribute("role", "grid");
  map.classList.add("alive");
  for (const stop of map.querySelectorAll("a, .ids button")) stop.tabIndex = -1;
  current.tabIndex = 0;
  const steps = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
    PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -Infinity], End: [0, Infinity],
  };
  const clamp = (value, length) => Math.max(0, Math.min(length - 1, value));
  map.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td, th");
    const step = steps[event.key];
    if (step && cell && !event.altKey && !event.metaKey) {
      const grid = [map.rows[1], ...[...body.rows].filter((tr) => !tr.hidden)];
      const line = clamp(grid.indexOf(cell.parentElement) + step[0], grid.length);
      move(stops(grid[event.ctrlKey && step[1] ? (step[1] < 0 ? 0 : grid.length - 1) : line])
        [clamp(cell.cellIndex + step[1], tasks.length + 2)]);
      event.preventDefault();
    } else if ((event.key === "Enter" || event.key === " ") && event.target === cell) {
      open(cell);
      event.preventDefault();
    }
  });
  const isTask = (cell) => cell && body.contains(cell) && cell.cellIndex > 1;
  map.addEventListener("click", (event) => open(event.target.closest("td")));
  map.addEventListener("mouseover", (event) => {
    const cell = event.target.closest("td");
    if (isTask(cell) && !cell.title) {
      cell.title = `${tasks[cell.cellIndex - 2]} · ${cell.ariaLabel}`;
    }
  });

  // The story of a cell.
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "story-title");
  document.body.append(dialog);
  const open = (cell) => {
    if (!isTask(cell)) return;
    move(cell);
    const row = rows.find((each) => each.tr === cell.parentElement);
    const column = cell.cellIndex - 2;
    const close = make("button", words.close);
    close.addEventListener("click", () => dialog.close());
    const title = make("h2", "");
    title.append(make("bdi", row.name), ` · ${tasks[column]}`);
    title.id = "story-title";
    const bar = make("div", "", "bar");
    bar.append(title, close);
    const link = make("a", words.page);
    link.href = `${row.tr.cells[0].querySelector("a").getAttribute("href")}#t-${tasks[column]}`;
    dialog.replaceChildren(bar, badge(cell), ...told(data.stories[data.cells[row.number][column] - 1]), link);
    dialog.showModal();
  };
  const badge = (cell) => {
    const line = make("p", "");
    line.append(make("b", cell.textContent, cell.className), ` ${cell.ariaLabel}`);
    return line;
  };
  const told = (story) => {
    if (!story) return [make("p", words.nothing)];
    const parts = [
      make("p", fill(words.tests, story)),
      make("h3", words.fails), make("p", story.test, "test"), make("pre", story.message ?? ""),
    ];
    for (const each of story.like ?? []) {
      const known = data.mistakes[each];
      parts.push(make("h3", `${words.like}: ${known.title}`), make("p", known.hint, "hint"));
    }
    if (story.request) {
      parts.push(make("h3", words.request), make("pre", `→ ${story.request}\n← ${story.answer}`));
    }
    if (story.sql) parts.push(make("h3", "SQL"), make("pre", story.sql.join("\n")));
    if (story.frame) parts.push(make("h3", words.code), make("pre", story.frame));
    if (story.others) {
      const more = story.more ? ` ${fill(words.more, {count: story.more})}` : "";
      parts.push(make("h3", words.others), make("p", story.others.join(", ") + more, "test"));
    }
    if (story.waiting) parts.push(make("p", fill(words.waiting, story)));
    return parts;
  };

  // A known mistake chooses its rows in the map.
  for (const line of document.querySelectorAll("#like tbody tr")) {
    const button = make("button", data.show);
    button.addEventListener("click", () => {
      mistake = data.mistakes[line.dataset.mistake];
      filter();
      document.getElementById("heat").scrollIntoView();
      shown.querySelector("button").focus();
    });
    line.cells[4].append(" ", button);
  }
  for (const control of [search, state, task]) control.addEventListener("input", filter);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT)$/.test(event.target.tagName) && !dialog.open) {
      search.focus();
      event.preventDefault();
    }
  });
  for (const element of document.querySelectorAll(".by-script")) element.classList.add("alive");
  filter();
})();
