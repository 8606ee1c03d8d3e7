// Scanning with the tablet's camera, where the browser can read codes by itself; elsewhere the button stays hidden.
const FORMATS = ["qr_code", "code_128", "ean_13", "code_39"];
const LOOKS_EACH = 200; // milliseconds
const canScan = "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);

function showButtons() {
  for (const button of document.querySelectorAll("[data-camera]")) button.hidden = !canScan;
}

async function scan(dialog) {
  const video = dialog.querySelector("video");
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  dialog.addEventListener("close", () => stream.getTracks().forEach((track) => track.stop()), { once: true });
  await video.play();
  const detector = new BarcodeDetector({ formats: FORMATS });
  while (dialog.open) {
    const [found] = await detector.detect(video);
    if (found) return found.rawValue;
    await new Promise((resolve) => setTimeout(resolve, LOOKS_EACH));
  }
  return "";
}

async function scanIntoSearch() {
  const dialog = document.getElementById("camera");
  dialog.showModal();
  let code = "";
  try {
    code = await scan(dialog);
  } catch {
    dialog.querySelector("[data-refused]").hidden = false;
    return;
  }
  dialog.close();
  if (!code) return;
  const search = document.getElementById("search");
  search.value = code;
  search.form.requestSubmit();
}

if (canScan) {
  document.addEventListener("htmx:afterSettle", showButtons);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-camera]")) scanIntoSearch();
  });
  showButtons();
}
