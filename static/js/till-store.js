// Where kept purchases lie: the browser's own storage, a row each. Where that is full or not allowed they stay with this
// page alone; the page says so as long as they do, asks before it is closed, and tries to store them again.
const STORED_AGAIN_EACH = 15000; // milliseconds
const LATEST = 8.64e15; // beyond it no day is known
const PREFIX = `kept:${document.querySelector(".till").dataset.shop}:`;
const unstored = new Map();

function warn() {
  document.querySelector("[data-unstored]").hidden = !unstored.size;
}

function parsed(row) {
  try {
    const { reference, at } = JSON.parse(row);
    return typeof reference === "string" && Math.abs(at) <= LATEST ? JSON.parse(row) : null;
  } catch {
    return null; // not written by us
  }
}

function stored() {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    return keys.map((key) => parsed(localStorage.getItem(key))).filter(Boolean);
  } catch {
    return []; // not allowed
  }
}

export const lockName = PREFIX;
export const isAllStored = () => !unstored.size;

export function all() {
  const purchases = new Map(stored().map((purchase) => [purchase.reference, purchase]));
  for (const purchase of unstored.values()) purchases.set(purchase.reference, purchase);
  return [...purchases.values()].sort((one, other) => one.at - other.at);
}

export function put(purchase) {
  try {
    localStorage.setItem(PREFIX + purchase.reference, JSON.stringify(purchase));
    unstored.delete(purchase.reference);
  } catch {
    unstored.set(purchase.reference, purchase);
  }
  warn();
}

export function remove(reference) {
  unstored.delete(reference);
  try {
    localStorage.removeItem(PREFIX + reference);
  } catch {
    // what may not be read was never stored
  }
  warn();
}

addEventListener("beforeunload", (event) => {
  if (unstored.size) event.preventDefault();
});
setInterval(() => [...unstored.values()].forEach(put), STORED_AGAIN_EACH);
