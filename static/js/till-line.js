// The till's line to the server: what the browser says of it, and whether the server answers. While it does not, the
// page says so, what needs it is disabled, and the server is asked now and then. Others hear "till:line" on the document.
const ASKED_EACH = 5000; // milliseconds
let isDown = !navigator.onLine || Boolean(document.querySelector("[data-shell]")); // which opens where nothing else did
let asking = 0;

export const isOffline = () => isDown;

export function showLine() {
  for (const words of document.querySelectorAll("[data-online]")) words.hidden = isDown;
  for (const words of document.querySelectorAll("[data-offline]")) words.hidden = !isDown;
  for (const button of document.querySelectorAll("[data-needs-line]")) button.disabled = isDown;
}

export function setLine(isUp) {
  const changed = isDown === isUp;
  isDown = !isUp;
  clearTimeout(asking);
  if (isDown) asking = setTimeout(ask, ASKED_EACH);
  if (!changed) return;
  showLine();
  document.dispatchEvent(new CustomEvent("till:line"));
}

async function ask() {
  if (!navigator.onLine) return; // the browser will say when it is back
  try {
    const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(ASKED_EACH) });
    setLine(answer.ok);
  } catch {
    setLine(false);
  }
}

addEventListener("online", ask);
addEventListener("offline", () => setLine(false));
document.addEventListener("htmx:afterSettle", showLine);
for (const failure of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(failure, () => setLine(false));
document.addEventListener("htmx:afterOnLoad", () => setLine(true));
if (isDown) ask();
