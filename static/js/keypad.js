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

const amounted = (input, key) => typed(input.value.replace(",", "."), key, Number(input.dataset.decimals ?? 2));

// Digits that are no number, such as a PIN: zeros may lead.
const dialled = ({ value, maxLength }, key) => key === "delete" ? value.slice(0, -1) : (value + key).slice(0, maxLength);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-keypad] [data-key]");
  if (!button) return;
  const input = document.getElementById(button.closest("[data-keypad]").dataset.keypad);
  input.value = "digits" in input.dataset ? dialled(input, button.dataset.key) : amounted(input, button.dataset.key);
  input.dispatchEvent(new Event("input", { bubbles: true }));
});
