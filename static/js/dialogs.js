// Dialogs and drawers are native <dialog>s. data-open names one by id, data-close shuts the one around it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
});

// A drawer that came with the page, or that htmx has just put there, opens by itself.
function openDrawers() {
  for (const drawer of document.querySelectorAll("dialog[data-drawer]:not([open])")) {
    drawer.showModal();
    drawer.querySelector(".body :is(input:not([type=hidden]), select, textarea)")?.focus();
  }
}

document.addEventListener("htmx:afterSettle", openDrawers);
openDrawers();

// A closed drawer came from the server and is gone; the page behind it may have changed.
document.addEventListener("close", (event) => {
  if (event.target.matches("dialog[data-drawer]")) event.target.remove();
}, true);
