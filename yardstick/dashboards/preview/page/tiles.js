// A tile: the heading of a question and its answer as a table, a figure, a bar or a chart.

async function tile(placed, state) {
  const { column, row, width, height } = placed;
  const style = `--x:${column};--y:${row};--w:${width};--h:${height}`;
  if (!placed.question) {
    const words = document.getElementById(placed.text[state.language]).content.cloneNode(true);
    return element("section", { class: "tile words", style }, words);
  }
  const question = SITE.questions[placed.question];
  const body = element("div", { class: `body of-${question.chart.kind}` });
  const made = element("section", { class: "tile", style, "data-question": placed.question },
    element("h2", {}, question.title[state.language]),
    element("p", { class: `tells of-${question.chart.kind}` }, question.tells[state.language]), body);
  fill(body, question, await answer(question, state), state);
  return made;
}

function fill(body, question, answered, state) {
  if (answered === null || !answered.rows.length) {
    const saying = answered === null ? SITE.words.not_held : question.empty;
    body.append(element("p", { class: "empty" }, saying[state.language]));
    return;
  }
  const { kind } = question.chart;
  const show = { table, number, trend, progress }[kind];
  if (show) body.append(show(question, answered.rows, state));
  else drawLater(body, question, answered.rows, state);
  if (answered.rows.length < answered.total)
    body.append(element("p", { class: "cut" }, said("cut", state.language, answered.rows.length, answered.total)));
}

// One of the page's own words, with figures in the places {0}, {1}.
function said(word, language, ...figures) {
  return figures.reduce(
    (words, value, at) => words.replace(`{${at}}`, write(value, "integer", language)), SITE.words[word][language]);
}

// A column's value in a row, leading where its link or click does.
function valueOf(question, name, row, state, attributes = {}) {
  const column = question.columns[name];
  const written = column.format === "label" ? label(column.labels, row[name], state.language)
    : write(row[name], column.format, state.language);
  const outside = column.link ? webAddress(row[column.link]) : null;
  if (outside) return element("a", { ...attributes, href: outside, rel: "noopener noreferrer", target: "_blank" }, written);
  const click = column.click ?? question.click;
  const href = click ? target(click, row, state) : null;
  return href ? element("a", { ...attributes, href }, written) : element("span", attributes, written);
}

// A word for a value, whose colour says no more than the word and its sign do.
function label(topic, value, language) {
  if (value === null) return "–";
  return element("span", { class: `label ${SITE.tones[topic]?.[value] ?? "neutral"}` }, value);
}

function shownColumns(question) {
  return Object.entries(question.columns).filter(([, column]) => column.title);
}

function table(question, rows, state) {
  const columns = shownColumns(question);
  const side = (column) => (IS_FIGURE.has(column.format) ? "figure" : column.format);
  const length = (value) => (String(value).length > 40 ? " long" : "");
  const head = columns.map(([, column]) => element("th", { scope: "col", class: side(column) }, column.title[state.language]));
  const lines = rows.map((row) => element("tr", {},
    ...columns.map(([name, column], at) => element("td", { class: side(column) + length(row[name]) },
      valueOf(question, name, row, state, { class: at && !column.link && !column.click ? "beside" : "leads" })))));
  return element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...lines));
}

function number(question, [row], state) {
  const { value, note } = question.chart;
  return element("div", { class: "figures" },
    valueOf(question, value, row, state, { class: "value" }),
    note && row[note] !== null ? element("span", { class: "beside" }, valueOf(question, note, row, state)) : null);
}

function trend(question, rows, state) {
  const { x, value, against, is_less_better: isLessBetter } = question.chart;
  const row = rows.at(-1);
  const before = against ? row[against] : rows.at(-2)?.[value];
  const { format } = question.columns[value];
  return element("div", { class: "figures" },
    valueOf(question, value, row, state, { class: "value" }),
    comparison(row[value], before, format, isLessBetter, state.language),
    element("span", { class: "beside" }, write(row[x], question.columns[x].format, state.language)));
}

function comparison(value, before, format, isLessBetter, language) {
  if (value === null || before === null || before === undefined) return null;
  const change = Number(value) - Number(before);
  const tone = change === 0 ? "neutral" : (change > 0) !== isLessBetter ? "good" : "bad";
  const size = format === "percent" ? `${write(Math.abs(change) * 100, "number", language)} ${SITE.words.points[language]}`
    : Number(before) ? write(Math.abs(change / Number(before)), "percent", language) : write(Math.abs(change), format, language);
  return element("span", { class: `label ${tone}` },
    element("span", { class: "sign" }, change > 0 ? "▲" : change < 0 ? "▼" : "="),
    `${size} ${SITE.words.against[language]} ${write(before, format, language)}`);
}

function progress(question, [row], state) {
  const { value, goal } = question.chart;
  const share = Number(row[goal]) ? Number(row[value]) / Number(row[goal]) : null;
  const width = Math.min(Math.max(share ?? 0, 0), 1) * 100;
  return element("div", { class: "figures" },
    valueOf(question, value, row, state, { class: "value" }),
    element("span", { class: "bar", role: "img", "aria-label": write(share, "percent", state.language) }, element("span", { style: `width:${width}%` })),
    element("span", { class: "beside" },
      `${write(share, "percent", state.language)} ${SITE.words.of[state.language]} ${write(row[goal], question.columns[goal].format, state.language)}`));
}

// Where all tiles of a band need less than their height, as tables with few rows do, the next ones move up.
function closeUp(tiles) {
  let removed = 0;
  for (const band of bands(tiles)) {
    const isLevel = band.every((each) => each.row === band[0].row && each.height === band[0].height);
    const needed = isLevel ? Math.max(...band.map(rowsNeeded)) : Infinity;
    const height = Math.min(needed, band[0].height);
    for (const each of band) {
      each.made.style.setProperty("--y", each.row - removed);
      if (isLevel) each.made.style.setProperty("--h", height);
    }
    if (isLevel) removed += band[0].height - height;
  }
}

// Tiles that have rows of the grid in common, from above.
function bands(tiles) {
  const found = [];
  let end = -1;
  for (const each of tiles) {
    if (each.row >= end) found.push([]);
    found.at(-1).push(each);
    end = Math.max(end, each.row + each.height);
  }
  return found;
}

const ROW = 44;
const GAP = 12;

function rowsNeeded({ made, height }) {
  const body = made.querySelector(".body");
  if (!body || body.querySelector(".fills")) return height;
  const content = [...body.children].reduce((sum, child) => sum + child.offsetHeight + 12, 0);
  return Math.ceil((made.offsetHeight - body.clientHeight + content + GAP) / (ROW + GAP));
}

// A chart needs its place's size, and so is drawn once the place is on the page.
const waiting = [];

function drawLater(body, question, rows, state) {
  const place = element("div", { class: LYING.has(question.chart.kind) ? "chart" : "chart fills", role: "img", "aria-label": question.title[state.language] });
  body.append(place);
  waiting.push(() => draw(place, question, rows, state));
}

async function draw(place, question, rows, state) {
  const { clientWidth: width } = place;
  if (!width) return; // another view has taken its place
  const height = Math.max(place.parentElement.clientHeight, 180);
  const specification = chart(question, rows, state.language, width, height);
  const { view } = await vegaEmbed(place, specification, {
    ast: true, actions: false, renderer: "svg", defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
    expressionFunctions: { written: (value, format) => write(value, format, state.language, true), onTwoLines },
  });
  if (!question.click) return;
  place.classList.add("leads");
  view.addEventListener("click", (_, item) => {
    const row = rows[item?.datum?.row];
    const leads = row && target(question.click, row, state);
    if (leads) location.hash = leads;
  });
}
