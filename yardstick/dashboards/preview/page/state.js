// What is being looked at stands in the address after the #, so that a view can be sent to someone.

function readState() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [dashboardKey, tabKey] = path.split("/").map(decodeURIComponent);
  const asked = new URLSearchParams(query);
  const dashboard = SITE.dashboards.find((each) => each.key === dashboardKey) ?? SITE.dashboards[0];
  return {
    dashboard,
    tab: dashboard.tabs.find((each) => each.key === tabKey) ?? dashboard.tabs[0],
    language: SITE.languages.includes(asked.get("lang")) ? asked.get("lang") : firstLanguage(),
    chosen: Object.fromEntries(dashboard.filters.map((key) => [key, known(key, asked.get(key))])),
  };
}

function firstLanguage() {
  const wanted = navigator.languages.map((language) => language.slice(0, 2));
  return wanted.find((language) => SITE.languages.includes(language)) ?? SITE.languages[0];
}

// The value of a filter, or the one that it has unless a person chooses.
function known(key, value) {
  const { choices } = SITE.filters[key];
  return isChoice(key, value) ? value : (choices[0]?.value ?? null);
}

function isChoice(key, value) {
  return SITE.filters[key].choices.some((choice) => choice.value === value);
}

function address({ dashboard, tab, language, chosen }) {
  const query = new URLSearchParams({ lang: language, ...chosen });
  return `#/${encodeURIComponent(dashboard.key)}/${encodeURIComponent(tab.key)}?${query}`;
}

// Another dashboard, or another tab of this one, whose filters have the values that their tags have here.
function moved(state, dashboard, tab = dashboard.tabs[0]) {
  const chosen = Object.fromEntries(dashboard.filters.map((key) => [key, known(key, chosenFor(SITE.filters[key].tag, state))]));
  return { ...state, dashboard, tab, chosen };
}

function chosenFor(tag, state) {
  return state.chosen[state.dashboard.filters.find((key) => SITE.filters[key].tag === tag)];
}

// Where a click on a row leads; nowhere when this page does not hold what it asks for.
function target(click, row, state) {
  const dashboard = SITE.dashboards.find((each) => each.key === click.to);
  const isHere = dashboard === state.dashboard && !click.tab;
  const there = moved(state, dashboard, isHere ? state.tab : dashboard.tabs.find((each) => each.key === click.tab) ?? dashboard.tabs[0]);
  for (const [key, column] of Object.entries(click.pass)) {
    if (!isChoice(key, row[column])) return null;
    there.chosen[key] = row[column];
  }
  return address(there);
}
