// What the warehouse answered to a question, for the values that are chosen.

// The rows, as objects of a column's name to its value, and how many there would be; null where nothing is held.
function answer(question, state) {
  const { columns, rows, held, totals } = question.answers[state.language] ?? question.answers.any;
  const index = Object.entries(question.values).reduce((place, [tag, values]) => {
    const value = values.indexOf(chosenFor(tag, state));
    return value < 0 ? NaN : place * values.length + value;
  }, 0);
  if (Number.isNaN(index)) return null;
  const numbers = held[index] ?? [];
  return {
    rows: numbers.map((number) => Object.fromEntries(columns.map((name, at) => [name, rows[number][at]]))),
    total: totals[index] ?? numbers.length,
  };
}

function chosenFor(tag, state) {
  const key = state.dashboard.filters.find((each) => SITE.filters[each].tag === tag);
  return state.chosen[key];
}
