// Charts, drawn by Vega-Lite. Texts on axes are written by format.js, in the language of the page.

// Okabe and Ito's colours, in an order in which neighbours differ in lightness, too.
const PALETTE = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#7A828C"];
const DASHES = [[1, 0], [6, 3], [2, 2], [9, 3, 2, 3], [4, 4], [1, 3], [12, 4]];
const INK = "#1d2733";
const QUIET = "#56616f";
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif";

const CONFIG = {
  font: FONT,
  background: null,
  view: { stroke: null },
  axis: {
    title: null, labelColor: QUIET, labelFontSize: 12, labelPadding: 6, ticks: false, domainColor: "#c6ccd4",
    gridColor: "#eceff2", titleColor: QUIET, titleFontWeight: "normal",
  },
  legend: {
    title: null, orient: "top", labelFontSize: 12, labelColor: INK, labelLimit: 240, columnPadding: 14,
    symbolStrokeWidth: 2.5,
  },
  bar: { cornerRadiusEnd: 2 },
};

const briefly = (format) => ({ labelExpr: `written(datum.value, '${format}')` });

// The specification of a question's chart in a place of a width and height in pixels.
function chart(question, rows, language, width, height) {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    config: CONFIG,
    width,
    height,
    autosize: { type: "fit", contains: "padding" },
    ...DRAWN[question.chart.kind](question, rows, language, width, height),
  };
}

const DRAWN = {
  line: upright,
  bar: upright,
  combo: upright,
  row: lying,
  funnel: (question, rows, language, width, height) =>
    lying(question, rows, language, width, height, shareOfFirst(question, rows, language)),
  waterfall,
  scatter,
};

// Charts that are as high as what they show.
const LYING = new Set(["row", "funnel", "waterfall"]);

// One point per row and measure. `row` is the row's place, by which a click finds it.
function points(question, rows, language) {
  const { x, step, y, value, bars = [], lines = [], series } = question.chart;
  const measures = y ? [y].flat() : value ? [value] : [...bars, ...lines];
  return rows.flatMap((row, at) => measures.map((measure) => ({
    row: at,
    x: row[x ?? step],
    series: series ? text(question, series, row, language) : question.columns[measure].title[language],
    y: row[measure] === null ? null : Number(row[measure]),
    said: text(question, measure, row, language),
    name: text(question, x ?? step, row, language),
    end: Math.max(Number(row[measure]), 0),
    isBar: bars.includes(measure),
  }))).filter((point) => point.y !== null);
}

function text(question, column, row, language) {
  return write(row[column], question.columns[column].format, language);
}

function unique(values) {
  return [...new Set(values)];
}

function tips(question, isSeveral) {
  return [
    { field: "name", type: "nominal", title: " " },
    ...(isSeveral ? [{ field: "series", type: "nominal", title: "  " }] : []),
    { field: "said", type: "nominal", title: "=" },
  ];
}

// Words that have a tone are coloured by it, everything else in order.
const TONES = {
  good: ["#009E73", "#56B4E9"],
  warning: ["#E69F00", "#F0E442"],
  bad: ["#D55E00", "#CC79A7"],
  neutral: ["#9AA3AD", "#C9CFD6", "#7A828C"],
};

function color(question, names) {
  const { labels } = question.columns[question.chart.series] ?? {};
  return {
    field: "series", type: "nominal", sort: names, scale: { domain: names, range: labels ? toned(labels, names) : PALETTE },
    legend: names.length > 1 ? {} : null,
  };
}

function toned(topic, names) {
  const used = {};
  return names.map((name) => {
    const tone = SITE.tones[topic][name] ?? "neutral";
    used[tone] = (used[tone] ?? -1) + 1;
    return TONES[tone][used[tone] % TONES[tone].length];
  });
}

const colorBySign = {
  field: "y", type: "quantitative", legend: null,
  scale: { type: "threshold", domain: [0], range: [PALETTE[5], PALETTE[0]] },
};

function upright(question, rows, language, width, height) {
  const { kind, x, y, bars = [], is_stacked: isStacked = false } = question.chart;
  const values = points(question, rows, language);
  const names = unique(values.map((point) => point.series));
  const places = unique(values.map((point) => point.x));
  const longest = Math.max(...places.map((place) => write(place, question.columns[x].format, language, true).length));
  const room = Math.max(2, Math.floor((width - 60) / (longest * 6.8 + 12)));
  const isOfTime = ["date", "month"].includes(question.columns[x].format);
  if (kind === "bar" && !isOfTime && room < places.length) return lying(question, rows, language, width, height);
  const shown = places.filter((_, at) => (places.length - 1 - at) % Math.ceil(places.length / room) === 0);
  const isSideBySide = kind === "bar" && names.length > 1 && !isStacked;
  const barMark = { mark: { type: "bar", cursor: "inherit" }, encoding: isSideBySide ? { xOffset: { field: "series", sort: names } } : {} };
  const lineMark = {
    mark: { type: "line", strokeWidth: 2.5, point: places.length <= 18 ? { size: 36 } : false },
    encoding: kind === "combo" ? {} : {
      strokeDash: { field: "series", type: "nominal", sort: names, scale: { domain: names, range: DASHES }, legend: names.length > 1 ? {} : null },
    },
  };
  const layers = {
    line: [lineMark],
    bar: [barMark],
    combo: [
      { transform: [{ filter: "datum.isBar" }], ...barMark },
      { transform: [{ filter: "!datum.isBar" }], ...lineMark },
    ],
  };
  return {
    data: { values },
    encoding: {
      x: {
        field: "x", type: "ordinal", sort: null,
        axis: {
          ...briefly(question.columns[x].format), labelAngle: 0, values: shown, labelOverlap: true,
          labelLimit: (width - 60) / 2,
        },
        ...(kind === "line" ? {} : { scale: { paddingInner: 0.25 } }),
      },
      y: {
        field: "y", type: "quantitative", stack: kind === "bar" && isStacked ? "zero" : null,
        axis: { ...briefly(question.columns[y?.[0] ?? bars[0]].format), tickCount: 4, domain: false },
        scale: { zero: kind !== "line" || !isFarFromZero(values) },
      },
      color: color(question, names),
      tooltip: tips(question, names.length > 1),
    },
    layer: layers[kind],
  };
}

// Whether lines would be squeezed into the upper part of a chart that begins at 0.
function isFarFromZero(values) {
  const heights = values.map((point) => point.y);
  const least = Math.min(...heights);
  return least > 0 && least > 0.6 * Math.max(...heights);
}

function lying(question, rows, language, width, height, sayings) {
  const { is_stacked: isStacked = false } = question.chart;
  const values = points(question, rows, language);
  if (sayings) values.forEach((point) => { point.said = sayings[point.row]; });
  const measure = [question.chart.y ?? question.chart.value].flat()[0];
  const names = unique(values.map((point) => point.series));
  const isSideBySide = names.length > 1 && !isStacked;
  const places = unique(values.map((point) => point.name));
  const bars = places.length * (isSideBySide ? names.length + 0.5 : 1);
  return {
    height: roomFor(bars, isSideBySide ? 16 : leastHeight(places, width), names.length > 1 ? (width < 500 ? names.length + 0.5 : 1.5) : 0, height),
    data: { values },
    encoding: {
      y: { field: "name", type: "nominal", sort: null, axis: nameAxis(width) },
      x: {
        field: "y", type: "quantitative", stack: isStacked ? "zero" : null,
        axis: { ...briefly(question.columns[measure].format), tickCount: Math.max(2, Math.floor(width / 130)), domain: false },
        ...(names.length > 1 ? {} : { scale: withRoomForSaying(values.map((point) => point.y), values.map((point) => point.said), width) }),
      },
      ...(isSideBySide ? { yOffset: { field: "series", sort: names } } : {}),
      tooltip: tips(question, names.length > 1),
    },
    layer: [
      { mark: { type: "bar", cursor: "inherit" }, encoding: { color: names.length > 1 ? { ...color(question, names), legend: { columns: width < 500 ? 1 : 0 } } : colorBySign } },
      ...(names.length > 1 ? [] : [saying("end")]),
    ],
  };
}

// Names stand left of lying bars, on two lines where they are long.
function nameAxis(width) {
  return { domain: false, labelLimit: width * 0.4, labelExpr: `onTwoLines(datum.value, ${lettersOf(width)})` };
}

function lettersOf(width) {
  return Math.floor((width * 0.4) / 7);
}

function leastHeight(names, width) {
  return names.some((name) => name.length > lettersOf(width)) ? 33 : 25;
}

// What has no room on the second line, either, is cut by the chart.
function onTwoLines(name, letters) {
  if (name.length <= letters) return name;
  const end = name.lastIndexOf(" ", letters);
  return end > 0 ? [name.slice(0, end), name.slice(end + 1)] : name;
}

// Height of lying bars with their axis and legend: each as high as it must be, and more where there is room.
function roomFor(bars, least, legendLines, height) {
  const beside = 28 + 18 * legendLines;
  return beside + bars * Math.max(least, Math.min((height - beside) / bars, 1.6 * least));
}

// The axis goes on a little behind the longest bar, where its figure is written.
function withRoomForSaying(ends, said, width) {
  const most = Math.max(0, ...ends), least = Math.min(0, ...ends);
  const part = Math.min(0.45, (Math.max(...said.map((words) => words.length)) * 7 + 10) / (width * 0.62));
  return { domainMin: least, domainMax: (most - least * part) / (1 - part), nice: false };
}

function saying(field) {
  return {
    mark: { type: "text", align: "left", dx: 5, fontSize: 12, color: INK },
    encoding: { x: { field, type: "quantitative" }, text: { field: "said" } },
  };
}

function shareOfFirst(question, rows, language) {
  const { value } = question.chart;
  const first = Number(rows[0][value]);
  return rows.map((row) => {
    const said = text(question, value, row, language);
    return first ? `${said} · ${write(Number(row[value]) / first, "percent", language, true)}` : said;
  });
}

// Each row adds or takes; what they come to is the last bar.
function waterfall(question, rows, language, width, height) {
  const { x, y } = question.chart;
  const { format } = question.columns[y];
  let sum = 0;
  const steps = rows.map((row, at) => {
    const change = Number(row[y] ?? 0);
    const from = sum;
    sum += change;
    const said = (at && change > 0 ? "+" : "") + write(change, format, language);
    return { row: at, name: text(question, x, row, language), from, to: sum, kind: change < 0 ? "takes" : "adds", said };
  });
  steps.push({ row: null, name: SITE.words.total[language], from: 0, to: sum, kind: "total", said: write(sum, format, language) });
  for (const step of steps) step.end = Math.max(step.from, step.to);
  return {
    height: roomFor(steps.length, leastHeight(steps.map((step) => step.name), width), 0, height),
    data: { values: steps },
    encoding: {
      y: { field: "name", type: "nominal", sort: null, axis: nameAxis(width) },
    },
    layer: [
      {
        mark: { type: "bar", cornerRadius: 2, cursor: "inherit" },
        encoding: {
          x: { field: "from", type: "quantitative", axis: { ...briefly(format), tickCount: Math.max(2, Math.floor(width / 130)), domain: false },
            scale: withRoomForSaying(steps.flatMap((step) => [step.from, step.to]), steps.map((step) => step.said), width),
          },
          x2: { field: "to" },
          color: { field: "kind", type: "nominal", scale: { domain: ["adds", "takes", "total"], range: [PALETTE[0], PALETTE[5], PALETTE[6]] }, legend: null },
          tooltip: [{ field: "name", title: " " }, { field: "said", title: "=" }],
        },
      },
      saying("end"),
    ],
  };
}

function scatter(question, rows, language, width) {
  const { x, y, name } = question.chart;
  const values = y.flatMap((measure) => rows.map((row, at) => ({
    row: at,
    x: row[x] === null ? null : Number(row[x]),
    y: row[measure] === null ? null : Number(row[measure]),
    series: question.columns[measure].title[language],
    name: name ? String(row[name]) : "",
    saidX: text(question, x, row, language),
    said: text(question, measure, row, language),
  }))).filter((point) => point.x !== null && point.y !== null);
  const names = y.map((measure) => question.columns[measure].title[language]);
  const axis = (column, tickCount) => ({ ...briefly(question.columns[column].format), title: question.columns[column].title[language], tickCount });
  return {
    data: { values },
    encoding: {
      x: { field: "x", type: "quantitative", axis: axis(x, Math.max(2, Math.floor(width / 110))), scale: { zero: false } },
      y: { field: "y", type: "quantitative", axis: axis(y[0], 5), scale: { zero: false } },
      color: color(question, names),
      tooltip: [
        { field: "name", title: " " },
        { field: "saidX", title: question.columns[x].title[language] },
        { field: "said", title: question.columns[y[0]].title[language] },
      ],
    },
    layer: [
      {
        transform: [{ filter: { field: "series", equal: names[0] } }],
        mark: { type: "point", filled: true, size: 70, opacity: 0.85, cursor: "inherit" },
      },
      ...(names.length > 1 ? [{
        transform: [{ filter: { not: { field: "series", equal: names[0] } } }],
        mark: { type: "line", strokeWidth: 1.5, strokeDash: [5, 3] },
      }] : []),
    ],
  };
}
