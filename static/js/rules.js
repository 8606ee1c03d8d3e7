// The order of rules: drag a row by its handle, or press the arrow keys on it. A form of the page carries the order.
const WAIT = 600; // ms after the last key, so that three presses are one edit
let dragged = null;
let before = "";
let timer = 0;

const rows = () => [...document.querySelectorAll("#rules > [data-rule]")];
const order = () => rows().map((row) => row.dataset.rule).join(" ");

// Handles do something from here on, and show it.
document.documentElement.dataset.grips = "";

function send() {
  timer = 0;
  const form = document.getElementById("rules-order");
  form.elements.order.value = order();
  form.requestSubmit();
}

// Whoever leaves the handle is done.
function hurry() {
  if (!timer) return;
  clearTimeout(timer);
  send();
}

function say(row) {
  const words = row.querySelector("[data-grip]").dataset.grip;
  const place = rows().indexOf(row) + 1;
  document.getElementById("rules-moved").textContent = words.replace("{place}", place).replace("{count}", rows().length);
}

// The rows around the dragged one move, never itself: a touch would lose it.
function drag(event) {
  if (!dragged) return;
  const here = rows().indexOf(dragged);
  for (const [place, row] of rows().entries()) {
    const { top, height } = row.getBoundingClientRect();
    const isAbove = event.clientY < top + height / 2;
    if (place < here && isAbove) return dragged.after(...rows().slice(place, here));
    if (place > here && !isAbove) dragged.before(row);
  }
}

function drop() {
  if (!dragged) return;
  dragged.classList.remove("dragged");
  if (order() !== before) {
    say(dragged);
    send();
  }
  dragged = null;
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || event.button) return;
  event.preventDefault();
  grip.focus();
  [dragged, before] = [grip.closest("[data-rule]"), order()];
  dragged.classList.add("dragged");
});
document.addEventListener("pointermove", drag);
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", drop);

document.addEventListener("keydown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const row = grip.closest("[data-rule]");
  const next = rows()[rows().indexOf(row) + (event.key === "ArrowUp" ? -1 : 1)];
  if (!next) return;
  if (event.key === "ArrowUp") row.after(next);
  else row.before(next);
  say(row);
  clearTimeout(timer);
  timer = setTimeout(send, WAIT);
  grip.addEventListener("blur", hurry, { once: true });
});

// What is being typed into an open row stays while another one is moved, removed or added.
let open = [];

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "earning" || !event.detail.shouldSwap) return;
  const asking = event.detail.requestConfig.elt.closest("li");
  open = [...document.querySelectorAll("#rules > li:has(> .rule-edit)")].filter((row) => row !== asking);
  for (const row of open) row.remove();
});

document.addEventListener("htmx:afterSwap", () => {
  for (const row of open) {
    const place = document.getElementById(row.id);
    if (place) place.replaceWith(row);
    else if (row.id === "rule-new") document.getElementById("rules").append(row);
  }
  open = [];
});
