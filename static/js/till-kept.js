// Purchases that could not be sent: each is kept under its reference (see till-store.js) until the server has answered
// for it. A reference is recorded once, so that sending twice, from two windows or after a lost answer, is safe.
import { isOffline, setLine } from "./till-line.js";
import { all, lockName, put, remove } from "./till-store.js";

const TRIED_EACH = 30000; // milliseconds
const PATIENCE = 15000;
const till = document.querySelector(".till");
let signedOut = false;
let sending;

export const isSignedOut = () => signedOut;

export const kept = all;

export const waiting = () => kept().filter((purchase) => !purchase.fault && !purchase.isRemoved);

function tell() {
  document.dispatchEvent(new CustomEvent("till:kept"));
}

export function keep(purchase) {
  put(purchase);
  tell();
}

export function drop(reference) {
  remove(reference);
  tell();
}

function fieldsOf({ reference, customer, amount, by, at }) {
  const age = Math.max(0, Math.floor((Date.now() - at) / 1000));
  return new URLSearchParams({ reference, customer, amount, by, age });
}

function post(purchase) {
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"];
  return fetch(till.dataset.send, {
    method: "POST",
    body: fieldsOf(purchase),
    headers: { "X-CSRFToken": token, "HX-Request": "true" },
    signal: AbortSignal.timeout(PATIENCE),
  });
}

function showToast(html) {
  const toasts = document.getElementById("toasts");
  toasts.insertAdjacentHTML("beforeend", html);
  window.htmx.process(toasts);
  window.htmx.trigger(document.body, "points-changed");
}

// Whether to go on with the next one.
async function send(purchase) {
  let answer;
  try {
    answer = await post(purchase);
  } catch {
    setLine(false);
    return false;
  }
  signedOut = answer.headers.has("HX-Redirect") || answer.redirected || [403, 404].includes(answer.status);
  if (signedOut || answer.status === 429 || answer.status >= 500) {
    tell();
    return false;
  }
  const words = await answer.text();
  if (answer.ok) {
    drop(purchase.reference);
    showToast(words);
  } else {
    keep({ ...purchase, fault: words });
  }
  return true;
}

async function sendAll(lock) {
  if (lock === null) return; // another window is at it
  for (const purchase of waiting()) if (!(await send(purchase))) return;
}

// Resolves when all that could be sent has been.
export function sendKept() {
  if (isOffline() || !waiting().length) return Promise.resolve();
  const alone = () => (navigator.locks ? navigator.locks.request(lockName, { ifAvailable: true }, sendAll) : sendAll());
  sending ??= alone().finally(() => { sending = undefined; });
  return sending;
}

addEventListener("storage", tell);
setInterval(sendKept, TRIED_EACH);
