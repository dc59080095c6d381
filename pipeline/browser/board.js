// The leaderboard: sorted by any column, members folded, a system chosen.
const board = document.querySelector(".board");
const fold = document.querySelector("#fold");

function sortBoard(button) {
  const head = button.closest("th");
  const rising = head.getAttribute("aria-sort") !== "ascending";
  for (const other of board.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", rising ? "ascending" : "descending");
  for (const body of board.tBodies) {
    body.append(...[...body.rows].sort((a, b) => compareBy(button.dataset.sort, rising, a, b)));
  }
}

// What is not known stands last, whichever way is sorted.
function compareBy(key, rising, a, b) {
  const [one, other] = [a.dataset[key], b.dataset[key]];
  if (one === "" || other === "") return (one === "") - (other === "");
  const order = key === "system" ? one.localeCompare(other) : one - other;
  return rising ? order : -order;
}

function showBoard() {
  for (const button of board.querySelectorAll(".inspect")) {
    const chosen = button.textContent === state.system;
    button.setAttribute("aria-pressed", chosen);
    button.closest("tr").classList.toggle("chosen", chosen);
  }
  document.querySelector("#who").textContent =
    state.system === "ensemble" ? "the ensemble" : state.system;
}

board.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.sort) sortBoard(button);
  else if (button) look({ system: button.textContent, label: "", read: "" });
});

fold.addEventListener("click", () => {
  const rows = board.querySelector(".members");
  rows.hidden = !rows.hidden;
  fold.setAttribute("aria-expanded", !rows.hidden);
  fold.textContent = fold.textContent.replace(/^\w+/, rows.hidden ? "Show" : "Hide");
});
