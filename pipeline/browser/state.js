// What is looked at lies in the address, so that a view can be sent to someone.
const USUAL = {
  system: content.inspected, split: "errors", sort: "loss", label: "", read: "",
  hsf: "", answer: "", disputed: "", change: "", digit: "",
};
const state = { ...USUAL };

function readAddress() {
  Object.assign(state, USUAL);
  for (const [key, value] of new URLSearchParams(location.hash.slice(1))) {
    if (key in USUAL) state[key] = value;
  }
  if (!systemOf.has(state.system)) state.system = USUAL.system;
  if (!rowOf.has(state.digit)) state.digit = "";
  for (const form of document.querySelectorAll("#filters select")) {
    const known = [...form.options].some((option) => option.value === state[form.name]);
    if (!known) state[form.name] = USUAL[form.name];
  }
}

function addressOf(view) {
  const changed = Object.entries(view).filter(([key, value]) => value !== USUAL[key]);
  return `#${new URLSearchParams(changed)}`;
}

// Change what is looked at. A new entry in the history lets "back" return from it.
function look(changes, { remember = false } = {}) {
  Object.assign(state, changes);
  const address = addressOf(state);
  // On a page without any choice the address stays as it was opened.
  const place = address === "#" ? location.pathname + location.search : address;
  if (remember) history.pushState({ deeper: true }, "", place);
  else history.replaceState(history.state, "", place);
  show();
}
