// What the warehouse answered to a question, for the values that are chosen.

const unpacked = new Map();

// They are packed as gzip in base 64, and unpacked when a page shows them.
async function answersTo({ answers: packed }) {
  if (!unpacked.has(packed)) {
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    unpacked.set(packed, await new Response(stream).json());
  }
  return unpacked.get(packed);
}

// The rows, as objects of a column's name to its value, and how many there would be; null where nothing is held.
async function answer(question, state) {
  const { cells, columns, held, totals, asked } = await answersTo(question);
  const combination = Object.entries(question.values).reduce((place, [tag, values]) => {
    const value = values.indexOf(chosenFor(tag, state));
    return value < 0 ? NaN : place * values.length + value;
  }, 0);
  if (!(combination < asked)) return null;
  const own = Object.entries(cells[state.language]);
  let place = 0;
  const rows = (held[combination] ?? []).map((difference) => {
    place += difference;
    return Object.fromEntries(own.map(([name, at]) => [name, columns[at][place]]));
  });
  return { rows, total: totals[combination] ?? rows.length };
}
