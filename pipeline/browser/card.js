// One digit, and all that is known of it.
const card = document.querySelector("#card");
const SERIES = { 0: "census staff (hsf0)", 1: "census staff (hsf1)", 4: "students (hsf4)" };

function showCard() {
  const row = rowOf.get(state.digit);
  if (row === undefined) {
    if (card.open) card.close();
    return;
  }
  const answer = answerOf(row, systemOf.get(state.system));
  const inside = card.contains(document.activeElement) && document.activeElement.ariaLabel;
  card.replaceChildren(barOf(row), seenOf(row, answer), make("div", { class: "parts" },
    ...[probabilitiesPart(row, answer), votesPart(row, answer), factsPart(row),
      systemsPart(row, answer), writerPart(row)].filter(Boolean)));
  // The same button as before, so that a key can be pressed again.
  [...card.querySelectorAll("button")].find((one) => one.ariaLabel === inside)?.focus();
  if (!card.open) card.showModal();
  // A button that is disabled now has lost the focus, and with it the keys.
  else if (!card.contains(document.activeElement)) card.focus();
  document.querySelector("#said").textContent = sayDigit(row, answer);
}

function barOf(row) {
  const order = chooseRows().kept.map((one) => one.row);
  const place = order.indexOf(row);
  const where = place < 0 ? "not in this view" : `${place + 1} of ${order.length}`;
  const step = (by, label, key) => make("button", {
    type: "button", "aria-label": label, "aria-keyshortcuts": key,
    disabled: !nextName(by), autofocus: by > 0, onclick: () => stepBy(by),
  }, by < 0 ? "‹" : "›");
  return make("div", { class: "bar" },
    make("h2", { id: "card-title" }, titleOf(row)),
    make("span", { class: "where" }, where),
    step(-1, "Previous digit", "ArrowLeft"), step(1, "Next digit", "ArrowRight"),
    make("button", { type: "button", "aria-label": "Back to the digits", "aria-keyshortcuts": "Escape", onclick: () => card.close() }, "×"));
}

function titleOf(row) {
  return `${digits.training[row] ? "Training" : "Test"} digit ${digits.index[row]}`;
}

function nextName(by) {
  const order = chooseRows().kept.map((one) => nameOf(one.row));
  const place = order.indexOf(state.digit);
  return place < 0 ? order[0] : order[place + by];
}

function stepBy(by) {
  const name = nextName(by);
  if (name) look({ digit: name });
}

function seenOf(row, answer) {
  const verdict = answer.right
    ? make("p", { class: "verdict" }, "Labelled and read as ", make("b", { class: "true" }, String(answer.label)))
    : make("p", { class: "verdict" }, "Labelled ", make("b", { class: "true" }, String(answer.label)),
      ", read as ", make("b", { class: "read" }, String(answer.read)));
  const ensembles = state.system === "ensemble" || !answer.own;
  const sure = ensembles && answer.confidence < content.unsure_below ? " – unsure, a human would be asked" : "";
  const by = !answer.own || digits.training[row]
    ? "by the ensemble's members that had not seen it" : `by ${state.system === "ensemble" ? "the ensemble" : state.system}`;
  return make("section", { class: "seen" }, pictureOf(row, 0, 8), make("div", {},
    verdict, make("p", {}, `${percent(answer.confidence)} sure${sure}; ${by}.`),
    evidencePart(row)), neighboursPart(row));
}

// What speaks for each of two readings, drawn on the digit.
function evidencePart(row) {
  const place = evidenceOf.get(row);
  if (place === undefined) return null;
  const sides = [[evidence.label[place], 1, "true"], [evidence.rival[place], -1, "read"]];
  return make("div", { class: "evidence" }, ...sides.map(([digit, sign, kind]) =>
    make("figure", {}, drawEvidence(place, row, sign, kind),
      make("figcaption", {}, "speaks for ", make("b", { class: kind }, String(digit))))),
  make("p", { class: "hint" }, `Erasing the coloured ink costs that reading up to ${evidence.largest[place]} nats of log-odds.`));
}

function drawEvidence(place, row, sign, kind) {
  const canvas = make("canvas", { width: 28, height: 28, role: "img",
    "aria-label": kind === "true" ? "ink that speaks for the label" : "ink that speaks for the rival" });
  paintEvidence(canvas, place, row, sign, kind);
  return canvas;
}

async function paintEvidence(canvas, place, row, sign, kind) {
  await sheets[0].decode();
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const [x, y] = [row % content.columns, Math.floor(row / content.columns)];
  pen.drawImage(sheets[0], -28 * x, -28 * y);
  const image = pen.getImageData(0, 0, 28, 28);
  const colour = colourOf(kind);
  for (let pixel = 0; pixel < 784; pixel += 1) {
    const ink = image.data[4 * pixel];
    const share = Math.max(0, sign * maps[784 * place + pixel] / 127) ** 0.7;
    for (let part = 0; part < 3; part += 1) {
      image.data[4 * pixel + part] = 128 + share * (colour[part] - 128);
    }
    image.data[4 * pixel + 3] = ink * (0.35 + 0.65 * share);
  }
  pen.putImageData(image, 0, 0);
}

function colourOf(kind) {
  const probe = make("b", { class: kind });
  document.body.append(probe);
  const found = getComputedStyle(probe).color.match(/\d+/g).map(Number);
  probe.remove();
  return found;
}

function part(title, ...children) {
  return make("section", {}, make("h3", {}, title), ...children);
}

function probabilitiesPart(row, answer) {
  const lines = answer.all.map((share, digit) => {
    const bar = make("i", { class: kindOf(digit, answer) });
    bar.style.setProperty("--share", share.toFixed(4));
    return make("tr", {}, make("th", { scope: "row" }, String(digit)), make("td", {}, bar), make("td", {}, percent(share)));
  });
  const by = answer.own ? state.system : "ensemble";
  const how = digits.training[row] ? "out of fold" : "averaged";
  return part(`Probabilities by ${by === "ensemble" ? `the ensemble, ${how}` : by}`,
    make("table", { class: "shares" }, ...lines));
}

function kindOf(digit, answer) {
  if (digit === answer.label) return "true";
  return digit === answer.read ? "read" : "other";
}

function votesPart(row, answer) {
  const votes = votesOf(row);
  const lines = architectures.map((name) => make("tr", {}, make("th", { scope: "row" }, name),
    make("td", {}, ...votes.filter((one) => one.architecture === name && one.vote !== undefined)
      .map((one) => make("b", { class: `vote ${kindOf(one.vote, answer)}`, title: one.name }, String(one.vote))))));
  const agree = percent(1 - disagreementOf(row), 0);
  return part(`Votes of the members: ${agree} agree`, make("table", { class: "votes" }, ...lines));
}
