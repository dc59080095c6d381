/* The script's texts, in the page's language. */

const words = JSON.parse(document.querySelector("#words").content.textContent);

/** Return a text, with what takes the place of its fields. */
export function say(name, fields = {}) {
  return words[name].replace(/\{(\w+)\}/g, (_, field) => fields[field]);
}
