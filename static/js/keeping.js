// A form that keeps itself: every change is sent, and what the server says of it comes in beside the fields.
// Nothing that is being typed is touched. [data-keeps] is what htmx sends; [data-live] are the parts that are renewed.
const NOTES = ":scope > .hint, :scope > .error";
const CONTROLS = "[data-part] :is(input, select, textarea)[id]";

// Hidden fields carry what the server knows, such as the mark of what was seen.
function tie(fresh) {
  const old = document.getElementById(fresh.id);
  if (!old) return;
  if (fresh.type === "hidden") old.value = fresh.value;
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (fresh.hasAttribute(name)) old.setAttribute(name, fresh.getAttribute(name));
    else old.removeAttribute(name);
  }
}

// The hint and the errors of a field; a field is found again by its first control.
function annotate(fresh) {
  const control = fresh.querySelector("[id]:is(input, select, textarea)");
  const old = control && document.getElementById(control.id)?.closest(".field");
  if (!old) return;
  old.querySelectorAll(NOTES).forEach((note) => note.remove());
  old.append(...fresh.querySelectorAll(NOTES));
}

function renew(fresh) {
  const old = document.getElementById(fresh.id);
  if (!old || old.innerHTML === fresh.innerHTML) return;
  old.replaceChildren(...fresh.childNodes);
  window.htmx.process(old);
}

document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  if (!elt.matches("[data-keeps]") || ![200, 422].includes(xhr.status) || xhr.getResponseHeader("HX-Reswap")) return;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  page.querySelectorAll(CONTROLS).forEach(tie);
  page.querySelectorAll("[data-part] .field").forEach(annotate);
  page.querySelectorAll("[data-live]").forEach(renew);
});
