// Puts the page together from the address, and anew whenever that changes.

let renderings = 0;

async function render() {
  const number = ++renderings;
  const state = readState();
  const { dashboard, tab, language } = state;
  document.documentElement.lang = language;
  document.title = `${dashboard.title[language]} · ${SITE.company.name}`;
  document.getElementById("dashboards").replaceChildren(...SITE.dashboards.map((each) =>
    link(each.title[language], address(moved(state, each)), each === dashboard)));
  document.getElementById("tabs").replaceChildren(...dashboard.tabs.map((each) =>
    link(each.title[language], address({ ...state, tab: each }), each === tab)));
  document.getElementById("about").textContent = dashboard.description[language];
  document.getElementById("languages").hidden = SITE.languages.length < 2;
  document.getElementById("languages").replaceChildren(...SITE.languages.map((each) =>
    element("a", { href: address({ ...state, language: each }), lang: each, "aria-current": each === language && "true" }, each.toUpperCase())));
  document.getElementById("filters").replaceChildren(...dashboard.filters.map((key) => choice(key, state)));
  const tiles = await Promise.all(
    inReadingOrder(tab.tiles).map(async (placed) => ({ ...placed, made: await tile(placed, state) })));
  if (number !== renderings) return false; // someone went on meanwhile
  document.getElementById("grid").replaceChildren(...tiles.map(({ made }) => made));
  for (const current of document.querySelectorAll("nav [aria-current]"))
    current.scrollIntoView({ block: "nearest", inline: "nearest" });
  await Promise.all(waiting.splice(0).map((drawNow) => drawNow()));
  closeUp(tiles);
  return number === renderings;
}

function link(words, href, isCurrent) {
  return element("a", { href, "aria-current": isCurrent && "page" }, words);
}

function choice(key, state) {
  const { title, choices } = SITE.filters[key];
  if (choices.length < 2)
    return element("span", { class: "choice fixed" }, element("span", {}, title[state.language]), element("span", {}, choices[0]?.title[state.language] ?? "–"));
  const options = choices.map(({ value, title: words }) =>
    element("option", { value, selected: value === state.chosen[key] }, words[state.language]));
  const select = element("select", {
    id: `filter-${key}`,
    onchange: ({ target: { value } }) => {
      location.hash = address({ ...state, chosen: { ...state.chosen, [key]: value } });
    },
  }, ...options);
  const printed = element("b", { class: "printed" }, options.find((option) => option.selected)?.textContent ?? "");
  return element("label", { class: "choice" }, element("span", {}, title[state.language]), select, printed);
}

function inReadingOrder(tiles) {
  return [...tiles].sort((one, other) => one.row - other.row || one.column - other.column);
}

// Tests and other programs see by it that all is drawn.
async function show() {
  document.body.dataset.drawn = "false";
  if (await render()) document.body.dataset.drawn = "true";
}

let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth !== width) {
    width = innerWidth;
    show();
  }
});
addEventListener("hashchange", () => {
  scrollTo(0, 0);
  show();
});
show();
