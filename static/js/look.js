// The look as it will be: a swatch, the browser's picker and the digits stay the same colour, and the preview wears it.
const form = document.querySelector("[data-look]");
const preview = document.querySelector("[data-preview]");
const digits = form.elements.accent;
const picker = form.querySelector("[data-picker]");
const isColour = (text) => /^#[0-9a-f]{6}$/i.test(text);

function wear(colour) {
  preview.dataset.accentScope = "";
  preview.style.setProperty("--accent", colour);
  picker.value = colour;
  for (const swatch of form.elements.swatch) swatch.checked = swatch.value === colour;
}

function write(colour) {
  digits.value = colour;
  digits.dispatchEvent(new Event("input", { bubbles: true }));
}

function show(file) {
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    const picture = Object.assign(new Image(32, 32), { className: "shop-logo", alt: "", src: reader.result });
    preview.querySelector(".stampmark, .shop-logo").replaceWith(picture);
  });
  if (file?.type.startsWith("image/")) reader.readAsDataURL(file);
}

picker.hidden = false;
picker.addEventListener("input", () => write(picker.value));
digits.addEventListener("input", () => isColour(digits.value) && wear(digits.value.toLowerCase()));
for (const swatch of form.elements.swatch) swatch.addEventListener("change", () => write(swatch.value));
form.elements.logo.addEventListener("change", () => show(form.elements.logo.files[0]));
if (isColour(digits.value)) wear(digits.value.toLowerCase());
