/* Files before they are sent: what they are, and pictures no larger than is needed. */

const LONGEST = 2000; // pixels of a side; the server looks at half of it
const SMALL = 1 << 20; // bytes that are sent as they are
const QUALITY = 0.92;
const OPAQUE = /jpe?g|hei[cf]/; // of the rest some is drawn on nothing, be it black or white

/** Tell whether a file is a picture; the first bytes of files of digits are known. */
export async function isPicture(file) {
  const head = new Uint8Array(await file.slice(0, 64).arrayBuffer());
  const packed = [[0x1f, 0x8b], [0x50, 0x4b, 3, 4], [0x93, 0x4e, 0x55, 0x4d]];
  const idx = head[0] === 0 && head[1] === 0 && head[2] >= 8 && head[3] > 0 && head[3] < 5;
  const text = head.length > 0 && head.every((code) => code === 9 || code === 10 || code === 13 || (code > 31 && code < 127));
  return !(idx || text || packed.some((magic) => magic.every((code, i) => head[i] === code)));
}

/** Return a large photograph smaller and upright, anything else as it is. */
export async function shrink(file) {
  if (file.size <= SMALL) return file;
  let bitmap;
  try {
    // By default a picture is turned as its EXIF orientation asks.
    bitmap = await createImageBitmap(file);
  } catch {
    return file; // of a format that only the server reads
  }
  const scale = LONGEST / Math.max(bitmap.width, bitmap.height);
  const small = scale < 1 && (await redraw(bitmap, scale, OPAQUE.test(file.type) ? "image/jpeg" : "image/webp"));
  bitmap.close();
  return small && small.size < file.size ? small : file;
}

function redraw(bitmap, scale, type) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(scale * bitmap.width);
  canvas.height = Math.round(scale * bitmap.height);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
}
