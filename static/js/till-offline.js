// The till without a line: a card is scanned, an amount typed, and the purchase kept; see till-kept.js. A purchase whose
// sending fails on the way is kept as well, with the reference that it was sent with.
import { drop, isSignedOut, keep, kept, sendKept, waiting } from "./till-kept.js";
import { isOffline, setLine } from "./till-line.js";
import { isAllStored } from "./till-store.js";

const till = document.querySelector(".till");
const locale = document.documentElement.lang;
const places = Number(till.dataset.decimals);
const numbers = new Intl.NumberFormat(locale, { minimumFractionDigits: places, maximumFractionDigits: places });
const clock = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const money = (amount) => till.dataset.nothing.replace(/0([.,]0+)?/, numbers.format(amount)); // as the shop writes it
const AMOUNT = /^\d{1,9}([.,]\d*)?$/;

function filled(id, slots) {
  const part = document.getElementById(id).content.cloneNode(true);
  for (const slot of part.querySelectorAll("[data-slot]")) slot.textContent = slots[slot.dataset.slot] ?? "";
  return part;
}

// --- Screens: the templates stand outside of what they replace ---

function show(screen) {
  const main = document.getElementById("main");
  main.replaceChildren(screen);
  window.htmx.process(main);
  window.htmx.trigger(main, "htmx:afterSettle"); // as after any other screen
  (main.querySelector("[data-keys]") ?? main.querySelector("#search")).focus();
}

function showDesk(customer) {
  const desk = filled("offline-desk", { customer });
  desk.querySelector("[name=reference]").value = crypto.randomUUID();
  desk.querySelector("[name=customer]").value = customer;
  show(desk);
}

const showHome = () => show(filled("offline-home", {}));

// --- Keeping ---

function amountOf(input) {
  const text = input.value.replace(/[\s\u00a0\u202f]/g, "");
  const places = text.split(/[.,]/)[1] ?? "";
  const isMoney = AMOUNT.test(text) && places.length <= Number(input.dataset.decimals) && Number(text.replace(",", ".")) > 0;
  return isMoney ? text.replace(",", ".") : null;
}

const wordsOf = ({ amount, name, customer }) => `${money(amount)} · ${name || customer}`;

function keepForm(form) {
  const input = form.elements.amount;
  const amount = amountOf(input);
  if (amount === null) {
    input.select();
    return;
  }
  const customer = form.elements.customer?.value ?? form.dataset.customer;
  const purchase = {
    reference: form.elements.reference.value, customer, name: form.dataset.name ?? "", amount, by: till.dataset.by, at: Date.now(),
  };
  keep(purchase);
  document.getElementById("toasts").append(filled("kept-toast", { words: wordsOf(purchase) }));
  showHome();
  sendKept();
}

const isPurchase = (element) => element?.matches?.("form[data-purchase]");

// Before htmx and the browser: a form that cannot be sent now, and a search that nobody could answer.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const isSearch = isOffline() && form.matches("[data-search]");
  const isKept = isPurchase(form) && (isOffline() || form.dataset.purchase === "kept");
  if (!isSearch && !isKept) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const text = form.elements.q?.value.trim();
  if (isKept) keepForm(form);
  else if (text) showDesk(text);
}, true);

document.addEventListener("click", (event) => {
  const isHome = event.target.closest("a")?.getAttribute("href") === till.dataset.home;
  if (!isHome || !isOffline()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  showHome();
}, true);

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isOffline() && event.target.matches("input")) event.preventDefault();
});

document.addEventListener("input", (event) => {
  const words = document.getElementById("record-words");
  if (!isOffline() || !words || event.target.id !== "amount") return;
  words.textContent = words.dataset.plain;
  document.getElementById("preview").replaceChildren();
});

export const isLost = ({ elt, xhr }) => isPurchase(elt) && (xhr.status === 0 || xhr.status >= 500);

for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, ({ detail }) => {
    const { elt, xhr } = detail;
    if (isLost(detail)) {
      setLine(false);
      keepForm(elt);
    } else if (elt.matches("[data-search]") && xhr.status === 0) {
      showDesk(elt.elements.q.value.trim());
    }
  });
}

// When the line is back, what waited is sent, and then the screen comes back with today's list, unless somebody is at
// work on it. The empty screen of the worker gives way to the real till first, which sends.
const isShell = "shell" in till.dataset;
const isIdle = () => document.querySelector("[data-waits-for-line]") && !document.getElementById("search").value;

document.addEventListener("till:line", async () => {
  if (isOffline()) return;
  if (isShell && isIdle() && isAllStored()) {
    location.replace(till.dataset.home);
    return;
  }
  await sendKept();
  if (!isIdle() || isOffline()) return;
  if (isShell) location.replace(till.dataset.home);
  else window.htmx.ajax("GET", till.dataset.home, { target: "#main", select: "#main", swap: "outerHTML" });
});

// --- The list of what is kept; what is removed can be put back until the list is closed ---

function row(purchase) {
  const { customer, name, amount, at, fault, isRemoved } = purchase;
  const part = filled("kept-row", {
    customer: name || customer, when: clock.format(at), amount: money(amount), fault: fault ?? "",
  });
  const again = part.querySelector("[data-again]");
  again.hidden = !fault || isRemoved;
  again.elements.customer.value = customer;
  again.elements.customer.setAttribute("aria-label", again.querySelector("[data-for]").textContent);
  again.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const corrected = again.elements.customer.value.trim();
    keep({ ...purchase, customer: corrected, name: corrected === customer ? name : "", fault: "" });
    sendKept();
  });
  for (const [name, willBe] of [["[data-drop]", true], ["[data-put-back]", false]]) {
    const button = part.querySelector(name);
    button.hidden = Boolean(isRemoved) === willBe;
    button.addEventListener("click", () => keep({ ...purchase, isRemoved: willBe }));
  }
  return part;
}

function showKept() {
  const purchases = kept();
  const count = { waits: waiting().length, refused: purchases.filter(({ fault, isRemoved }) => fault && !isRemoved).length };
  document.getElementById("kept-list").replaceChildren(...purchases.map(row));
  for (const button of document.querySelectorAll("[data-kept]")) {
    button.hidden = !count[button.dataset.kept];
    button.querySelector("b").textContent = count[button.dataset.kept];
  }
  document.querySelector("[data-signed-out]").hidden = !isSignedOut();
  if (!purchases.length) document.getElementById("kept").close();
}

document.getElementById("kept").addEventListener("close", () => {
  for (const purchase of kept()) if (purchase.isRemoved) drop(purchase.reference);
  sendKept();
});
document.addEventListener("till:kept", showKept);
if (isShell) showHome();
showKept();
sendKept();
