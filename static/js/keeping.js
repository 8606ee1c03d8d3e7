// A form that keeps itself: every change is sent, and what the server says of it comes in beside the fields.
// Nothing that is being typed is touched. [data-keeps] is what htmx sends; [data-live] are the parts that are renewed.
const NOTES = ":scope > .hint, :scope > .error";

function renew(page) {
  for (const fresh of page.querySelectorAll("[data-live]")) {
    const old = document.getElementById(fresh.id);
    if (!old || old.innerHTML === fresh.innerHTML) continue;
    old.replaceChildren(...fresh.childNodes);
    window.htmx.process(old);
  }
}

// A field's notes and the ties to them; hidden fields carry what the server knows, such as the mark of what was seen.
function annotate(fresh) {
  const old = document.getElementById(fresh.id);
  if (!old) return;
  if (fresh.type === "hidden") old.value = fresh.value;
  for (const tie of ["aria-invalid", "aria-describedby"]) {
    if (fresh.hasAttribute(tie)) old.setAttribute(tie, fresh.getAttribute(tie));
    else old.removeAttribute(tie);
  }
  const [place, said] = [old.closest(".field"), fresh.closest(".field")];
  if (!place || !said) return;
  place.querySelectorAll(NOTES).forEach((note) => note.remove());
  place.append(...said.querySelectorAll(NOTES));
}

document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  if (!elt.matches("[data-keeps]") || ![200, 422].includes(xhr.status) || xhr.getResponseHeader("HX-Reswap")) return;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  page.querySelectorAll("[data-part] :is(input, select, textarea)[id]").forEach(annotate);
  renew(page);
});
