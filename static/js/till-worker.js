// The till opens without a line, too: a worker of the browser keeps its empty screen and is told which files that needs.
// Where there is no worker, the till goes on without a line only as long as its window is open.
const till = document.querySelector(".till");
const isFile = (address) => /^\/(static|theme|logo)\//.test(new URL(address).pathname);

async function prepare() {
  await navigator.serviceWorker.register(till.dataset.worker);
  const { active } = await navigator.serviceWorker.ready;
  const files = performance.getEntriesByType("resource").map(({ name }) => name).filter(isFile);
  active.postMessage({ files: [...new Set(files)] });
}

// Whoever signs out takes the screen along.
async function forget() {
  const registration = await navigator.serviceWorker.getRegistration();
  registration?.active?.postMessage({});
}

if (navigator.serviceWorker && !("shell" in till.dataset)) {
  addEventListener("load", () => prepare().catch(() => {}));
  document.querySelector("[data-sign-out]").addEventListener("submit", forget);
}
