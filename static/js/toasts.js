// A toast goes when its ring has run down. CSS moves the ring and holds it still under a pointer or the focus.
const clearToast = (toast) => toast?.remove();

document.addEventListener("animationend", (event) => {
  if (event.animationName === "toast-clock") clearToast(event.target.closest("[data-toast]"));
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-toast-close]")) clearToast(event.target.closest("[data-toast]"));
});
