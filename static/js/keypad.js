// A keypad is [data-keypad="<id of an input>"] with buttons [data-key]. It types as a person would,
// so that htmx and the form see the same input events as from a keyboard.
export function typed(value, key, decimals) {
  if (key === "delete") return value.slice(0, -1);
  if (key === "." && (decimals === 0 || value.includes("."))) return value;
  if (key === "." && value === "") return "0.";
  if (value === "0" && key !== ".") return key;
  const places = value.split(".")[1];
  return places !== undefined && places.length >= decimals ? value : value + key;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-keypad] [data-key]");
  if (!button) return;
  const input = document.getElementById(button.closest("[data-keypad]").dataset.keypad);
  const decimals = Number(input.dataset.decimals ?? 2);
  input.value = typed(input.value.replace(",", "."), button.dataset.key, decimals);
  input.dispatchEvent(new Event("input", { bubbles: true }));
});
