// The digits as small tiles.
const tiles = document.querySelector("#tiles");
const NOUNS = {
  errors: ["misread test digit", "misread test digits"],
  hard: ["hard test digit that was read right", "hard test digits that were read right"],
  doubtful: ["doubtful training label", "doubtful training labels"],
  all: ["digit on this page", "digits on this page"],
};
const made = new Map();

function tileOf(row, system) {
  const key = row * systems.length + system;
  if (!made.has(key)) made.set(key, makeTile(row, answerOf(row, system)));
  return made.get(key);
}

function sayDigit(row, answer) {
  const part = digits.training[row] ? "Training" : "Test";
  return `${part} digit ${digits.index[row]}: labelled ${answer.label}, `
    + `read as ${answer.read}, ${percent(answer.confidence)} sure`;
}

function makeTile(row, answer) {
  const doubt = digits.disputed[row] ? make("i", { title: "label disputed by people" }, "?") : null;
  const pair = answer.right
    ? make("span", { class: "pair" }, make("b", { class: "true" }, String(answer.label)), doubt)
    : make("span", { class: "pair" }, make("b", { class: "true" }, String(answer.label)), doubt,
      " → ", make("b", { class: "read" }, String(answer.read)));
  const sure = make("span", { class: "sure" }, percent(answer.confidence, 0));
  sure.style.setProperty("--sure", answer.confidence.toFixed(3));
  return make("button", {
    type: "button", class: "tile", "data-digit": nameOf(row),
    "aria-label": sayDigit(row, answer),
    onclick: () => look({ digit: nameOf(row) }, { remember: true }),
  }, pictureOf(row), pair, sure);
}

function showTiles({ inside, kept }) {
  const system = systemOf.get(state.system);
  tiles.replaceChildren(...kept.map(({ row }) => tileOf(row, system)));
  const [one, many] = NOUNS[state.change ? "all" : state.split];
  const noun = inside.length === 1 ? one : many;
  const { errors } = systems[system];
  const missing = state.split === "errors" && !state.change && inside.length < errors
    ? `; it misreads ${errors.toLocaleString("en")}, the others are not on this page` : "";
  document.querySelector("#count").textContent =
    `${kept.length.toLocaleString("en")} of ${inside.length.toLocaleString("en")} ${noun}${missing}`;
  document.querySelector("#nothing").hidden = kept.length > 0;
  document.querySelector("#csv").hidden = kept.length === 0;
}

// Arrows go from tile to tile, up and down by the row that is seen.
tiles.addEventListener("keydown", (event) => {
  const all = [...tiles.children];
  const here = all.indexOf(document.activeElement);
  if (here < 0) return;
  const top = all[0].offsetTop;
  const below = all.findIndex((tile) => tile.offsetTop > top);
  const across = below < 0 ? all.length : below;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[event.key];
  const next = all[here + step];
  if (!step || !next) return;
  event.preventDefault();
  next.focus();
});

// A row of tiles, each of which opens its digit.
function fillStrip(place, rows) {
  const system = systemOf.get(content.inspected);
  place.replaceChildren(...rows.map((row) => makeTile(row, answerOf(row, system))));
  if (!rows.length) place.append("None.");
}

// The misread digits at the head of the page, as pictures alone.
function fillFailures(place, most) {
  const system = systemOf.get(content.inspected);
  const rows = [...digits.index.keys()].filter((row) =>
    !digits.training[row] && !answerOf(row, system).right);
  rows.sort((a, b) => answerOf(b, system).loss - answerOf(a, system).loss);
  place.replaceChildren(...rows.slice(0, most).map((row) => make("button", {
    type: "button", title: sayDigit(row, answerOf(row, system)),
    "aria-label": sayDigit(row, answerOf(row, system)),
    onclick: () => look({ digit: nameOf(row) }, { remember: true }),
  }, pictureOf(row, 0, 1.5))));
}

function saveCsv() {
  const lines = chooseRows().kept.map(({ row, answer }) => [
    `${nameOf(row)}.png`, digits.index[row], digits.training[row] ? "train" : "test",
    answer.label, answer.read, answer.confidence.toFixed(4), answer.margin.toFixed(4),
    answer.loss.toFixed(4), disagreementOf(row).toFixed(3), digits.disputed[row],
    digits.writer[row], digits.hsf[row],
  ].join(","));
  const head = "file,index,part,label,read,confidence,margin,log_loss,disagreement,"
    + "disputed,writer,hsf";
  save(new Blob([`${[head, ...lines].join("\n")}\n`], { type: "text/csv" }), "digits.csv");
}

function save(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
