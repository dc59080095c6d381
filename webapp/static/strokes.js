/* The strokes of a drawing: lists of points [x, y], the frame's side being 1. */

const STEP = 0.008;
const NEAR = 0.01; // strokes of one digit are no farther apart
const STROKE_SHARE = 1 / 7; // MNIST's strokes: 2.9 pixels of a digit's 20

/** Return the points that lead from one point to another, close enough to erase. */
export function between([x0, y0], [x1, y1]) {
  const steps = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / STEP));
  return Array.from({ length: steps }, (_, i) => {
    const share = (i + 1) / steps;
    return [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
  });
}

/** Return the strokes without what lies near a point; a stroke may become several. */
export function erase(strokes, [x, y], radius) {
  return strokes.flatMap((stroke) => {
    const parts = [[]];
    for (const point of stroke) {
      if (Math.hypot(point[0] - x, point[1] - y) > radius) parts.at(-1).push(point);
      else if (parts.at(-1).length) parts.push([]);
    }
    return parts.filter((part) => part.length);
  });
}

/** Return how wide strokes must be to look as MNIST's do: a share of a digit's height. */
export function fittingWidth(strokes) {
  // A lone dash is low and wide; it is no reason to draw hairlines.
  const sizes = digitBoxes(strokes).map(([left, top, right, bottom]) => Math.max(bottom - top, (right - left) / 3));
  const tall = sizes.sort((a, b) => a - b).filter((size) => size >= sizes.at(-1) / 2);
  const height = tall[tall.length >> 1];
  return Math.min(0.11, Math.max(0.015, (height * STROKE_SHARE) / (1 - STROKE_SHARE)));
}

/** Return the boxes of strokes, [left, top, right, bottom], those that meet as one. */
function digitBoxes(strokes) {
  const boxes = [];
  for (const stroke of strokes) {
    let box = boxOf(stroke);
    for (let i = boxes.length - 1; i >= 0; i -= 1) {
      if (!meet(boxes[i], box)) continue;
      box = join(boxes[i], box);
      boxes.splice(i, 1);
      i = boxes.length; // grown, it may meet others
    }
    boxes.push(box);
  }
  return boxes;
}

function boxOf(stroke) {
  return stroke.map(([x, y]) => [x, y, x, y]).reduce(join);
}

function join(one, other) {
  return one.map((side, i) => (i < 2 ? Math.min : Math.max)(side, other[i]));
}

function meet(one, other) {
  const apart = [0, 1].map((axis) => Math.max(one[axis] - other[axis + 2], other[axis] - one[axis + 2]));
  return Math.max(...apart) <= NEAR;
}

/** Draw strokes smoothly into a context whose frame has the given side. */
export function trace(context, strokes, side, width) {
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = width * side;
  for (const stroke of strokes) {
    const points = stroke.map(([x, y]) => [x * side, y * side]);
    context.beginPath();
    context.moveTo(...points[0]);
    // Through the middles of the segments, so that corners of the hand's steps vanish.
    for (let i = 1; i < points.length - 1; i += 1) {
      const [x, y] = points[i];
      const [nextX, nextY] = points[i + 1];
      context.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
    }
    context.lineTo(...points.at(-1));
    context.stroke();
  }
}
