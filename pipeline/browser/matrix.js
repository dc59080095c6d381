// Which digits are taken for which; a cell chooses what is shown.
const matrix = document.querySelector(".matrix");

function countsOf(inside) {
  if (state.split !== "doubtful") return systems[systemOf.get(state.system)].counts;
  const counts = new Array(100).fill(0);
  for (const { answer } of inside) counts[10 * answer.label + answer.read] += 1;
  return counts;
}

function showMatrix(inside) {
  const counts = countsOf(inside);
  const most = Math.max(...counts.filter((_, place) => place % 11 !== 0));
  const head = make("tr", {}, make("td"));
  for (let read = 0; read < 10; read += 1) head.append(headOf("read", read));
  const rows = [make("thead", {}, head)];
  for (let label = 0; label < 10; label += 1) {
    const line = make("tr", {}, headOf("label", label));
    for (let read = 0; read < 10; read += 1) {
      line.append(cellOf(label, read, counts[10 * label + read], most));
    }
    rows.push(line);
  }
  matrix.replaceChildren(...rows);
}

function headOf(key, digit) {
  const chosen = state[key] === String(digit);
  const said = key === "label" ? `labelled ${digit}` : `read as ${digit}`;
  const button = make("button", {
    type: "button", "aria-pressed": chosen, "aria-label": said,
    onclick: () => choose({ [key]: chosen ? "" : String(digit) }),
  }, String(digit));
  return make("th", { scope: key === "label" ? "row" : "col" }, button);
}

function cellOf(label, read, count, most) {
  if (label === read || !count) return make("td", { class: label === read && "right" });
  const chosen = state.label === String(label) && state.read === String(read);
  const button = make("button", {
    type: "button", "aria-pressed": chosen,
    "aria-label": `${count} labelled ${label} and read as ${read}`,
    onclick: () => choose(chosen ? { label: "", read: "" }
      : { label: String(label), read: String(read) }),
  }, String(count));
  const strength = Math.log1p(count) / Math.log1p(most);
  button.style.setProperty("--strength", strength.toFixed(3));
  return make("td", { class: strength > 0.6 && "strong" }, button);
}

// What is misread is not among what was read right.
function choose(changes) {
  look(state.split === "hard" ? { ...changes, split: "errors" } : changes);
}
