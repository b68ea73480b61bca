// How values are written in each language: the only place that knows of separators, units and months.

const LOCALES = { en: "en-GB", ru: "ru-RU" };
const makers = new Map();

function made(maker, language, options) {
  const key = `${maker.name} ${language} ${JSON.stringify(options)}`;
  if (!makers.has(key)) makers.set(key, new maker(LOCALES[language], options));
  return makers.get(key);
}

function figure(value, language, options) {
  return made(Intl.NumberFormat, language, options).format(value).replace("-", "−");
}

function day(value, language, options) {
  // A date has no time zone: it is read as UTC and written as UTC.
  return made(Intl.DateTimeFormat, language, { ...options, timeZone: "UTC" }).format(new Date(`${value}T00:00:00Z`));
}

const BRIEF = { notation: "compact", maximumFractionDigits: 1 };

const WRITERS = {
  money: (value, language, isBrief) =>
    figure(value, language, {
      style: "currency",
      currency: SITE.company.currency,
      currencyDisplay: "narrowSymbol",
      minimumFractionDigits: 0,
      ...(isBrief ? BRIEF : { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 }),
    }),
  number: (value, language, isBrief) => 
    figure(value, language, isBrief ? BRIEF : { maximumFractionDigits: Math.abs(value) < 1000 ? 2 : 0 }),
  integer: (value, language, isBrief) => figure(value, language, isBrief ? BRIEF : { maximumFractionDigits: 0 }),
  percent: (value, language, isBrief) =>
    figure(value, language, {
      style: "percent", minimumFractionDigits: isBrief ? 0 : 1, maximumFractionDigits: isBrief ? 0 : 1,
    }),
  date: (value, language, isBrief) =>
    day(value, language, { day: "numeric", month: "short", ...(isBrief ? {} : { year: "numeric" }) }),
  month: (value, language, isBrief) =>
    isBrief ? `${day(value, language, { month: "short" })} ${value.slice(2, 4)}`
      : day(value, language, { month: "long", year: "numeric" }),
  moment: (value, language) =>
    made(Intl.DateTimeFormat, language, {
      day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
      timeZone: SITE.company.time_zone,
    }).format(new Date(value)),
};

// A value as people of that language write it, or briefly, as along an axis; what is not there is a dash.
function write(value, format, language, isBrief = false) {
  if (value === null || value === undefined || value === "") return "–";
  return format in WRITERS ? WRITERS[format](value, language, isBrief) : String(value);
}

const IS_FIGURE = new Set(["money", "number", "integer", "percent", "figure"]);
