/* What the page does beyond its form: drawing, dropping, pasting. */

import { Drawing } from "./drawing.js";
import { forget, readDrawing, readFiles } from "./reading.js";
import { say } from "./words.js";

const EVERY = 120; // milliseconds between two looks at a drawing that is being made
const find = (id) => document.getElementById(id);
const [undo, clear, eraser, read] = ["undo", "clear", "erase", "read"].map(find);

for (const one of document.querySelectorAll(".script-only")) one.hidden = false;
for (const one of document.querySelectorAll(".without-script")) one.hidden = true;
find("draw").hidden = false;

let waiting;
const drawing = new Drawing(find("canvas"), () => {
  find("hint").classList.toggle("gone", !drawing.empty);
  undo.disabled = !drawing.past.length;
  clear.disabled = read.disabled = drawing.empty;
  waiting ??= setTimeout(look, EVERY);
});

function look() {
  clearTimeout(waiting);
  waiting = undefined;
  if (drawing.empty) forget();
  else readDrawing(() => drawing.picture());
}

undo.addEventListener("click", () => drawing.undo());
clear.addEventListener("click", () => drawing.clear());
read.addEventListener("click", look);
eraser.addEventListener("click", () => {
  drawing.erasing = !drawing.erasing;
  eraser.setAttribute("aria-pressed", drawing.erasing);
  find("canvas").classList.toggle("erasing", drawing.erasing);
});

const input = find("file");
const zone = find("upload");

function take(files) {
  if (!files.length) return;
  clearTimeout(waiting);
  waiting = undefined;
  readFiles([...files]);
  find("answers").scrollIntoView({ block: "nearest" });
}

// Or the same file could not be chosen again.
input.addEventListener("click", () => {
  input.value = "";
});
input.addEventListener("change", () => {
  take(input.files);
});
zone.addEventListener("submit", (event) => {
  event.preventDefault();
  take(input.files);
});
document.addEventListener("paste", (event) => take(event.clipboardData.files));
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) zone.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("over");
  take(event.dataTransfer.files);
});

/** Send a correction; where it is not kept, the form stays for another try. */
async function correct(form, body) {
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (answer.ok) form.replaceChildren(say("kept"));
    else note(form, say("not_kept"));
  } catch {
    note(form, say("unreachable"));
  }
}

function note(form, text) {
  form.querySelector("[role=alert]")?.remove();
  const line = document.createElement("p");
  line.setAttribute("role", "alert");
  line.textContent = text;
  form.append(line);
}

/* A correction is sent without leaving the page. */
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".correct")) return;
  event.preventDefault();
  correct(event.target, new FormData(event.target, event.submitter));
});
