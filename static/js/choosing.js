// Choosing members in the list: one tick for the page, and how many are ticked.
function count(form) {
  const ticks = [...form.querySelectorAll("input[name=member]")];
  const chosen = ticks.filter((tick) => tick.checked).length;
  const page = form.querySelector("[data-choose-page]");
  page.checked = chosen === ticks.length;
  page.indeterminate = chosen > 0 && chosen < ticks.length;
  const words = form.querySelector("[data-chosen-count]");
  words.textContent = chosen === 1 ? words.dataset.one : words.dataset.many.replace("…", chosen);
}

function begin() {
  for (const form of document.querySelectorAll("form.choosing")) {
    form.querySelector("[data-choose-page]").hidden = false;
    count(form);
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form.choosing");
  if (!form) return;
  if (event.target.matches("[data-choose-page]")) {
    for (const tick of form.querySelectorAll("input[name=member]")) tick.checked = event.target.checked;
  }
  count(form);
});

document.addEventListener("htmx:afterSettle", begin);
begin();
