// What the page holds, unpacked.
const content = JSON.parse(document.querySelector("#content").textContent);
const { digits, systems, members, neighbours, writers, evidence } = content;
const UNKNOWN = 65535;
const SHOWN = digits.index.length;

function unpack(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

const packed = new Uint16Array(unpack(content.probabilities).buffer);
const readings = unpack(content.readings);
const maps = new Int8Array(unpack(evidence.maps).buffer);
const evidenceOf = new Map(evidence.row.map((row, place) => [row, place]));
const rowOf = new Map(digits.index.map((_, row) => [nameOf(row), row]));
const systemOf = new Map(systems.map((system, place) => [system.name, place]));
const architectures = [...new Set(members.map((name) => name.split("/")[0]))];

const sheets = content.sheets.map((text) => {
  const blob = new Blob([unpack(text)], { type: "image/png" });
  const picture = new Image();
  picture.src = URL.createObjectURL(blob);
  return picture;
});
sheets.forEach((picture, number) =>
  document.documentElement.style.setProperty(`--sheet-${number}`, `url(${picture.src})`));

function nameOf(row) {
  return `${digits.training[row] ? "train" : "test"}-${digits.index[row]}`;
}

// Ten probabilities of a digit by a system, or null where it was not asked.
function probabilitiesOf(row, system) {
  const start = 10 * (row * systems.length + system);
  if (packed[start] === UNKNOWN) return null;
  return Array.from(packed.subarray(start, start + 10), (one) => one / (UNKNOWN - 1));
}

function argmax(numbers) {
  return numbers.indexOf(Math.max(...numbers));
}

// What a system says of a digit; of training digits that it did not predict out of
// fold, what the ensemble says.
const answers = new Map();
function answerOf(row, system) {
  const key = row * systems.length + system;
  if (!answers.has(key)) answers.set(key, makeAnswer(row, system));
  return answers.get(key);
}

function makeAnswer(row, system) {
  const own = probabilitiesOf(row, system);
  const all = own ?? probabilitiesOf(row, systemOf.get("ensemble"));
  const [first, second] = [...all].sort((a, b) => b - a);
  const label = digits.labels[row];
  const read = argmax(all);
  return {
    all, read, label, own: own !== null, right: read === label,
    confidence: first, margin: first - second,
    // Sixteen bits know no probability below one in 65,534.
    loss: -Math.log(Math.max(all[label], 0.5 / UNKNOWN)),
  };
}

// The members' readings of a digit; undefined where a member had learned it.
function votesOf(row) {
  const start = row * members.length;
  return members.map((name, place) => {
    const vote = readings[start + place];
    return { name, architecture: name.split("/")[0], vote: vote === 255 ? undefined : vote };
  });
}

function disagreementOf(row) {
  const votes = votesOf(row).map((one) => one.vote).filter((vote) => vote !== undefined);
  const most = Math.max(...Array.from({ length: 10 }, (_, digit) =>
    votes.filter((vote) => vote === digit).length));
  return 1 - most / votes.length;
}

function percent(share, places = 1) {
  const text = (100 * share).toFixed(places);
  if (share < 1 && Number(text) === 100) return `> ${(100 - 10 ** -places).toFixed(places)} %`;
  return `${text} %`;
}

// Make an element; text is always text, never markup.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// A digit's picture, from the sheet of shown digits (0) or of those beside them (1).
function pictureOf(place, sheet = 0, scale = 2) {
  const picture = make("span", { class: `digit sheet-${sheet}`, "aria-hidden": "true" });
  picture.style.setProperty("--x", place % content.columns);
  picture.style.setProperty("--y", Math.floor(place / content.columns));
  picture.style.setProperty("--scale", scale);
  return picture;
}
