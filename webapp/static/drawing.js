/* The drawing frame: pointers, keyboard, undo, eraser. */

import { between, erase, fittingWidth, trace } from "./strokes.js";

const SHOWN_WIDTH = 0.085; // a seventh of a digit that fills three fifths of the frame
const ERASER = 0.06;
const SENT_SIDE = 280;
const MARGIN = 20;
const KEY_STEP = 0.025;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Drawing {
  /** Make a canvas a drawing frame; `changed` is called after each change. */
  constructor(canvas, changed) {
    this.canvas = canvas;
    this.changed = changed;
    this.strokes = [];
    this.past = [];
    this.erasing = false;
    this.pointer = null;
    this.pen = { at: [0.5, 0.2], down: false, shown: false };
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
      canvas.addEventListener(kind, (event) => this[kind](event));
    }
    canvas.addEventListener("keydown", (event) => this.keydown(event));
    canvas.addEventListener("blur", () => this.showPen(false));
    new ResizeObserver(() => this.show()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show());
  }

  get empty() {
    return !this.strokes.length;
  }

  undo() {
    if (!this.past.length) return;
    this.strokes = this.past.pop();
    this.lift();
  }

  clear() {
    if (this.empty) return;
    this.remember();
    this.strokes = [];
    this.lift();
  }

  /** End a stroke that is being made; what still comes of it is not drawn. */
  lift() {
    this.pointer = null;
    this.pen.down = false;
    this.update();
  }

  /** Return the drawing as a PNG, dark on white, its strokes as wide as MNIST's. */
  picture() {
    const sheet = document.createElement("canvas");
    sheet.width = sheet.height = SENT_SIDE + 2 * MARGIN;
    const context = sheet.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, sheet.width, sheet.height);
    context.translate(MARGIN, MARGIN);
    context.strokeStyle = "#000";
    if (!this.empty) trace(context, this.strokes, SENT_SIDE, fittingWidth(this.strokes));
    return new Promise((resolve) => sheet.toBlob(resolve, "image/png"));
  }

  pointerdown(event) {
    if (this.pointer !== null || event.button !== 0) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.pen.down = this.pen.shown = false;
    this.remember();
    const point = this.position(event);
    if (!this.erasing) this.strokes = [...this.strokes, [point]];
    this.last = point;
    this.reach(point);
  }

  pointermove(event) {
    if (event.pointerId !== this.pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) this.reach(this.position(one));
  }

  pointerup(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.update();
  }

  pointercancel(event) {
    this.pointerup(event);
  }

  keydown(event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "z") this.undo();
    else if (event.key === "Delete" || event.key === "Backspace") this.clear();
    else if (event.key === " ") this.setPen(!this.pen.down);
    else if (ARROWS[event.key] && !event.ctrlKey) this.movePen(ARROWS[event.key]);
    else return;
    event.preventDefault();
  }

  setPen(down) {
    this.pointer = null;
    this.pen.down = down;
    if (down) {
      this.remember();
      this.strokes = this.erasing ? this.strokes : [...this.strokes, [this.pen.at]];
      this.last = this.pen.at;
    }
    this.showPen(true);
    this.update();
  }

  movePen([x, y]) {
    const inside = (value) => Math.min(1, Math.max(0, value));
    this.pen.at = [inside(this.pen.at[0] + KEY_STEP * x), inside(this.pen.at[1] + KEY_STEP * y)];
    this.showPen(true);
    if (this.pen.down) this.reach(this.pen.at);
  }

  showPen(shown) {
    this.pen.shown = shown;
    if (!shown) this.pen.down = false;
    this.show();
  }

  position(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  /** Draw or erase from the last point to this one. */
  reach(point) {
    const way = between(this.last, point);
    if (this.erasing) {
      for (const at of way) this.strokes = erase(this.strokes, at, ERASER);
    } else {
      const stroke = [...this.strokes.at(-1), ...way];
      this.strokes = [...this.strokes.slice(0, -1), stroke];
    }
    this.last = point;
    this.update();
  }

  remember() {
    this.past = [...this.past.slice(-99), this.strokes];
  }

  update() {
    this.show();
    this.changed();
  }

  show() {
    const side = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (!side) return;
    if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, side, side);
    context.strokeStyle = getComputedStyle(this.canvas).color;
    trace(context, this.strokes, side, SHOWN_WIDTH);
    if (this.pen.shown) this.showCross(context, side);
  }

  showCross(context, side) {
    const [x, y] = this.pen.at.map((value) => value * side);
    const arm = 0.03 * side;
    context.lineWidth = 0.01 * side;
    context.strokeStyle = this.pen.down ? "#e0533d" : "#7f8699";
    context.stroke(new Path2D(`M${x - arm} ${y}H${x + arm}M${x} ${y - arm}V${y + arm}`));
  }
}
