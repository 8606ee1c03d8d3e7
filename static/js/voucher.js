// The clock of a voucher: [data-seconds] of [data-whole] are left when the page arrives. It counts on the phone's own
// clock from there, so that a phone that goes wrong by minutes still counts right. The page shows the time of day until then.
function start(count) {
  const [seconds, whole] = [Number(count.dataset.seconds), Number(count.dataset.whole)];
  const ends = Date.now() + seconds * 1000;
  const [text, ring] = [count.querySelector("[data-clock]"), count.querySelector(".run")];

  function show() {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    text.textContent = `${String(Math.floor(left / 60)).padStart(2, "0")}:${String(left % 60).padStart(2, "0")}`;
    ring.setAttribute("stroke-dasharray", `${(100 * left) / whole} 100`);
    if (left && count.isConnected) setTimeout(show, 1000 - (Date.now() % 1000));
  }

  for (const part of count.querySelectorAll("[data-counted]")) part.removeAttribute("hidden");
  for (const part of count.querySelectorAll("[data-still]")) part.hidden = true;
  show();
}

for (const count of document.querySelectorAll("[data-seconds]")) start(count);
