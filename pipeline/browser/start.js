// Put the parts together.
const filters = document.querySelector("#filters");
const doubtfulRows = digits.training.flatMap((training, row) => (training ? [row] : []));
const REST = { label: "", read: "", hsf: "", answer: "", disputed: "", change: "" };
const STRIP = 24;
const FAILURES = 54;

function show() {
  showBoard();
  const chosen = chooseRows();
  for (const select of filters.querySelectorAll("select")) select.value = state[select.name];
  showMatrix(chosen.inside);
  showTiles(chosen);
  showCard();
}

function fillChoices() {
  for (const select of filters.querySelectorAll(".digit-choice")) {
    select.append(new Option("any", ""), ...Array.from({ length: 10 }, (_, digit) => new Option(digit, digit)));
  }
  const groups = [...new Set(digits.hsf)].filter((group) => group >= 0).sort();
  const select = filters.elements.hsf;
  select.append(...groups.map((group) => new Option(SERIES[group] ?? `series hsf${group}`, group)));
  select.closest("label").hidden = groups.length < 2;
  filters.elements.disputed.closest("label").hidden = !digits.disputed.includes(true);
}

function fillStrips() {
  fillFailures(document.querySelector("#failures"), FAILURES);
  fillStrip(document.querySelector("#doubtful"), doubtfulRows.slice(0, STRIP));
  const tested = [...digits.index.keys()].filter((row) => !digits.training[row]);
  fillStrip(document.querySelector("#everyone"), tested.filter((row) =>
    systems.every((_, place) => !answerOf(row, place).right)));
  for (const strip of document.querySelectorAll("[data-change]")) {
    fillChanged(strip, content.comparison[strip.dataset.change]);
  }
  const peer = content.doubted_by_peer;
  if (peer) {
    document.querySelector("#peer").textContent =
      `Of these ${peer.length}, cleanlab's confident learning doubts ${peer.filter(Boolean).length} too.`;
  }
}

// What the other run misreads and no system here does has no card.
function fillChanged(strip, indices) {
  const rows = indices.map((index) => rowOf.get(`test-${index}`));
  const others = indices.filter((_, place) => rows[place] === undefined);
  fillStrip(strip, rows.filter((row) => row !== undefined));
  if (others.length) strip.after(make("p", { class: "hint" }, `Read right by every system here, so not on this page: ${others.join(", ")}.`));
}

filters.addEventListener("input", (event) => look({ [event.target.name]: event.target.value }));
filters.addEventListener("submit", (event) => event.preventDefault());
filters.addEventListener("reset", (event) => {
  event.preventDefault();
  look(REST);
});
document.querySelector(".clear").addEventListener("click", () => look(REST));
document.querySelector("#csv").addEventListener("click", saveCsv);
document.querySelector("#all-doubtful").addEventListener("click", () => {
  look({ ...REST, split: "doubtful" });
  document.querySelector("#browse").focus();
});
// Our own changes of the address cause neither event.
for (const kind of ["popstate", "hashchange"]) {
  addEventListener(kind, () => {
    if (!/^#(board|browse|doubt|insight|versus)$/.test(location.hash)) {
      readAddress();
      show();
    }
  });
}

document.querySelector("#more").open = matchMedia("(min-width: 60rem)").matches;
fillChoices();
readAddress();
fillStrips();
show();
