// What every till page shares: where typing goes, and the keypad that types into the amount. The line is in till-line.js.
import "./camera.js";
import "./keypad.js";
import "./till-hits.js";
import { showLine } from "./till-line.js";
import { isLost } from "./till-offline.js";
import "./till-worker.js";

window.htmx.config.timeout = 15000; // milliseconds; a line that hangs is no line

// --- Trouble: nothing came back. A purchase is kept then, anything else is pressed again ---

const showTrouble = (isShown) => {
  document.querySelector("[data-trouble]").hidden = !isShown;
};

document.addEventListener("htmx:beforeRequest", () => showTrouble(false));
const isNoAnswer = ({ xhr }) => xhr.status === 0;
const isTakenCareOf = (detail) =>
  isLost(detail) || (isNoAnswer(detail) && detail.elt.matches("[data-search], [data-search] input, #amount"));

for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, ({ detail }) => showTrouble(!isTakenCareOf(detail)));
}

// --- Typing: letters go to the search, for cards are scanned at any time; the rest to the field of this screen ---

const search = () => document.getElementById("search");
const keyField = () => document.querySelector("[data-keys]");
const isTyping = (element) => element.matches("input:not([type=radio]), textarea, select") && element !== keyField();

document.addEventListener("keydown", (event) => {
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (/\p{Letter}/u.test(event.key)) {
    search().value = "";
    search().focus();
  } else if (event.key !== " ") {
    (keyField() ?? search()).focus();
  }
});

// Once Enter has asked, what fits the letters so far is no longer wanted.
const isAnswered = (event) => event.target === search() && "sent" in search().form.dataset;

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-search]")) event.target.dataset.sent = "";
});
document.addEventListener("input", (event) => {
  if (event.target === search()) delete event.target.form.dataset.sent;
});
for (const moment of ["htmx:beforeRequest", "htmx:beforeOnLoad"]) {
  document.addEventListener(moment, (event) => {
    if (isAnswered(event)) event.preventDefault();
  });
}

// A scanner types faster than people and ends with Enter: in the amount, such digits are a card.
const SCANNED_KEYS = 6;
const SCANNED_PACE = 50; // milliseconds for each key, on average
const PAUSE = 250; // milliseconds after which something new is typed
let burst = [];

document.addEventListener("keydown", (event) => {
  if (event.target !== keyField() || "digits" in event.target.dataset) return;
  if (burst.length && event.timeStamp - burst.at(-1).at > PAUSE) burst = [];
  if (event.key !== "Enter") {
    if (event.key.length === 1) burst.push({ key: event.key, at: event.timeStamp, before: event.target.value });
    return;
  }
  if (burst.length >= SCANNED_KEYS && (event.timeStamp - burst[0].at) / burst.length <= SCANNED_PACE) {
    event.preventDefault();
    event.target.value = burst[0].before;
    search().value = burst.map((typed) => typed.key).join("");
    search().form.requestSubmit();
  }
  burst = [];
});

// Our keypad is on the screen, so the tablet's own need not come up.
function useOwnKeypad() {
  keyField()?.setAttribute("inputmode", "none");
}

document.addEventListener("htmx:afterSettle", useOwnKeypad);
useOwnKeypad();
showLine();
