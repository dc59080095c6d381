// The rest of a card: other systems, neighbours, the writer, and facts.
function systemsPart(row, answer) {
  const lines = systems.flatMap(({ name }, place) => {
    const one = answerOf(row, place);
    if (!one.own) return [];
    const mark = make("b", { class: `vote ${kindOf(one.read, answer)}` }, String(one.read));
    return [make("li", {}, mark, make("span", {}, name), make("small", {}, percent(one.confidence, 0)))];
  });
  return part("What each system says", make("ul", { class: "said" }, ...lines));
}

function neighboursPart(row) {
  const found = neighbours.index[row].map((index, place) => {
    const label = neighbours.label[row][place];
    const same = label === digits.labels[row];
    return opened(`train-${index}`, pictureOf(neighbours.picture[row][place], 1, 2),
      make("b", { class: same ? "true" : "read" }, String(label)),
      make("small", {}, neighbours.distance[row][place].toFixed(1)));
  });
  return part("Nearest training digits", make("div", { class: "row" }, ...found),
    make("p", { class: "hint" }, "Label and distance after the best warp of each pixel."));
}

function writerPart(row) {
  const own = writers[digits.writer[row]];
  if (!own || digits.training[row]) return null;
  const found = own.index.flatMap((index, place) => index === digits.index[row] ? [] : [
    opened(`test-${index}`, pictureOf(own.picture[place], 1, 2),
      make("b", {}, String(own.label[place])))]);
  return found.length ? part(`Other digits of writer ${digits.writer[row]}`, make("div", { class: "row" }, ...found)) : null;
}

// A digit beside another; a way to its card, if it has one.
function opened(name, ...children) {
  if (!rowOf.has(name)) return make("span", { class: "beside", title: name }, ...children);
  return make("button", {
    type: "button", class: "beside", title: name, "aria-label": `Open ${name}`,
    onclick: () => look({ digit: name }, { remember: true }),
  }, ...children);
}

function factsPart(row) {
  const facts = [["file", make("button", { type: "button", class: "link", onclick: () => savePicture(row) }, `${nameOf(row)}.png`)]];
  if (digits.hsf[row] >= 0) {
    const series = SERIES[digits.hsf[row]] ?? `series hsf${digits.hsf[row]}`;
    facts.push(["NIST writer", `${digits.writer[row]}, of the ${series}`]);
  }
  if (digits.votes[digits.index[row]] && !digits.training[row]) {
    facts.push(["people", digits.votes[digits.index[row]]]);
  }
  if (digits.disputed[row]) facts.push(["label", "disputed: no majority of these people is for it"]);
  const doubted = doubtfulRows.indexOf(row);
  if (doubted >= 0) {
    const peer = content.doubted_by_peer?.[doubted];
    const said = peer === undefined ? "" : `; cleanlab ${peer ? "doubts it too" : "does not doubt it"}`;
    facts.push(["doubt", `rank ${doubted + 1} of the training labels${said}`]);
  }
  return part("Facts", make("dl", {}, ...facts.flatMap(([name, value]) =>
    [make("dt", {}, name), make("dd", {}, value)])));
}

async function savePicture(row) {
  await sheets[0].decode();
  const canvas = make("canvas", { width: 28, height: 28 });
  const [x, y] = [row % content.columns, Math.floor(row / content.columns)];
  canvas.getContext("2d").drawImage(sheets[0], -28 * x, -28 * y);
  canvas.toBlob((blob) => save(blob, `${nameOf(row)}.png`));
}

card.addEventListener("close", () => {
  const name = state.digit;
  if (!name) return;
  look({ digit: "" });
  document.querySelector(`#tiles [data-digit="${name}"]`)?.focus();
});

// Outside of the card there is nothing but its backdrop.
card.addEventListener("click", (event) => {
  if (event.target === card) card.close();
});

card.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowRight" || event.key === "j") stepBy(1);
  else if (event.key === "ArrowLeft" || event.key === "k") stepBy(-1);
  else if (event.key === "Backspace") {
    if (history.state?.deeper) history.back();
    else card.close();
  } else return;
  event.preventDefault();
});
