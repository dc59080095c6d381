// Which digits are shown, and in which order.
const SORTS = {
  loss: (row, answer) => -answer.loss,
  sure: (row, answer) => -answer.confidence,
  unsure: (row, answer) => answer.confidence,
  margin: (row, answer) => answer.margin,
  split: (row) => -disagreementOf(row),
  index: (row) => digits.index[row],
};

const changes = content.comparison ?? { mended: [], broken: [], both: [] };
const changed = Object.fromEntries(
  ["mended", "broken", "both"].map((name) => [name, new Set(changes[name])]));

function isIn(split, row, answer) {
  if (split === "all") return true;
  if (digits.training[row]) return split === "doubtful";
  return split === (answer.right ? "hard" : "errors");
}

function isAsked(row, answer) {
  const unsure = answer.confidence < content.unsure_below;
  return {
    "": true, right: answer.right, wrong: !answer.right, unsure,
    "surely-wrong": !answer.right && !unsure,
  }[state.answer];
}

function isWanted(row, answer) {
  if (state.label !== "" && digits.labels[row] !== Number(state.label)) return false;
  if (state.read !== "" && answer.read !== Number(state.read)) return false;
  if (state.hsf !== "" && digits.hsf[row] !== Number(state.hsf)) return false;
  if (state.disputed && digits.disputed[row] !== (state.disputed === "yes")) return false;
  const isOther = digits.training[row] || !changed[state.change]?.has(digits.index[row]);
  if (state.change && isOther) return false;
  return isAsked(row, answer);
}

// The rows of a split, and those of them that the filters leave, sorted.
function chooseRows() {
  const system = systemOf.get(state.system);
  // A comparison is of test digits, whether this system misreads them or not.
  const split = state.change ? "all" : state.split;
  const inside = [];
  for (let row = 0; row < SHOWN; row += 1) {
    const answer = answerOf(row, system);
    if (isIn(split, row, answer)) inside.push({ row, answer });
  }
  const kept = inside.filter(({ row, answer }) => isWanted(row, answer));
  const key = SORTS[state.sort];
  for (const one of kept) one.key = key(one.row, one.answer);
  kept.sort((a, b) => a.key - b.key || a.row - b.row);
  return { inside, kept };
}
