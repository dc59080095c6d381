/* The strokes of a drawing: lists of points [x, y], the frame's side being 1. */

const STEP = 0.008;
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

/** Return how wide strokes must be to look as MNIST's do: a share of the height. */
export function fittingWidth(strokes) {
  const points = strokes.flat();
  const span = (axis) => {
    const values = points.map((point) => point[axis]);
    return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  };
  // A lone dash is low and wide; it is no reason to draw hairlines.
  const height = Math.max(span(1), span(0) / 3);
  return Math.min(0.11, Math.max(0.025, (height * STROKE_SHARE) / (1 - STROKE_SHARE)));
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
