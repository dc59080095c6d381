/* Ask the server, and show its answers without making the page jump. */

import { isPicture, shrink } from "./files.js";
import { say } from "./words.js";

const place = document.querySelector("#reading");
const voice = document.querySelector("#said");
const empty = place.innerHTML;
const TELL_AFTER = 700; // milliseconds: a screen reader need not follow every stroke

let asked = 0;
let telling;
let drawingIsAsked = false;
let drawingWaits = false;

/** Make every answer that is still on its way stale, and return a number for the next. */
function next() {
  drawingWaits = false;
  asked += 1;
  return asked;
}

/** Ask for the answer to one file; resolve to a document fragment. */
async function ask(file, name, { drawn = false, table = false } = {}) {
  const form = new FormData();
  form.append("file", file, name);
  if (drawn) form.append("drawn", "1");
  try {
    const response = await fetch(table ? "/answers?table=1" : "/answers", { method: "POST", body: form });
    const text = await response.text();
    const kind = response.headers.get("Content-Type") ?? "";
    if (kind.startsWith("text/html")) return fragment(text);
    return trouble(say("status", { status: response.status }));
  } catch {
    return trouble(say("unreachable"));
  }
}

function fragment(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const piece = document.createDocumentFragment();
  piece.append(...parsed.body.childNodes);
  return piece;
}

function trouble(message) {
  const piece = fragment('<div class="problem" role="alert"><h3></h3><p></p></div>');
  piece.querySelector("h3").textContent = say("no_answer");
  piece.querySelector("p").textContent = message;
  return piece;
}

/**
 * Show the answer to a drawing, unless another was asked for meanwhile. One is asked for
 * at a time, so that a hand that is quicker than the server sees what it has drawn so far.
 */
export async function readDrawing(picture) {
  drawingWaits = true;
  if (drawingIsAsked) return;
  drawingIsAsked = true;
  while (drawingWaits) {
    const number = next();
    const answer = await ask(await picture(), "drawing.png", { drawn: true });
    if (number === asked) show(answer);
  }
  drawingIsAsked = false;
}

function show(answer) {
  place.removeAttribute("aria-busy"); // of files that this came before
  morph(place, answer);
  tell();
}

/** Show the answers to files, each as it comes; one bad file spoils no other. */
export async function readFiles(files) {
  const number = next();
  place.replaceChildren();
  place.setAttribute("aria-busy", "true");
  for (const file of files) {
    const { content, table } = await prepare(file);
    const answer = await ask(content, file.name || say("pasted"), { table });
    if (number !== asked) return;
    place.append(answer);
    tell();
  }
  place.removeAttribute("aria-busy");
}

/** Return to the empty page. */
export function forget() {
  next();
  place.innerHTML = empty;
  place.removeAttribute("aria-busy");
  clearTimeout(telling);
  voice.textContent = "";
}

/** Tell files of many digits from pictures, and make large pictures small. */
async function prepare(file) {
  const table = !(await isPicture(file));
  return { content: table ? file : await shrink(file), table };
}

function tell() {
  clearTimeout(telling);
  telling = setTimeout(() => {
    const parts = [...place.querySelectorAll("[data-said]")].map((one) => one.dataset.said);
    voice.textContent = parts.join(". ");
  }, TELL_AFTER);
}

/** Change a tree into another, keeping what is alike, so that bars slide. */
function morph(old, fresh) {
  const before = significant(old);
  const after = significant(fresh);
  if (before.length !== after.length) {
    old.replaceChildren(...after);
    return;
  }
  before.forEach((node, i) => morphNode(node, after[i]));
}

function morphNode(old, fresh) {
  if (old.nodeName !== fresh.nodeName) old.replaceWith(fresh);
  else if (old.nodeType === Node.TEXT_NODE) old.data = fresh.data;
  else {
    for (const name of old.getAttributeNames()) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    morph(old, fresh);
  }
}

function significant(node) {
  return [...node.childNodes].filter((one) => one.nodeType === Node.ELEMENT_NODE || one.data?.trim());
}
