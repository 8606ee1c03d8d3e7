// Dialogs and drawers are native <dialog>s. data-open names one by id, data-close shuts the one around it.
// Both may be links, for pages that show the dialog as their target where there is no JavaScript.
document.addEventListener("click", (event) => {
  const [opener, closer] = [event.target.closest("[data-open]"), event.target.closest("[data-close]")];
  if (opener ?? closer) event.preventDefault();
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  if (closer) closer.closest("dialog")?.close();
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
