// Fills in where a shop is: the browser knows its time zone, a zone its country, a country its money. What somebody
// chose by hand stays. <form data-guesses> begins with the zone; elsewhere only a change of country is followed.
const form = document.querySelector("[data-guesses]") ?? document.querySelector("form:has([name=zone_name])");
const chosen = new Set();

function field(name) {
  return form.elements[name];
}

function mark(name) {
  return field(name).selectedOptions[0]?.dataset ?? {};
}

function suggest(name, value) {
  if (!value || chosen.has(name) || field(name).disabled) return;
  if ([...field(name).options].some((option) => option.value === value)) field(name).value = value;
}

function suggestZone() {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = [...field("zone_name").options].find((option) => [option.value, option.dataset.formerly].includes(here));
  suggest("zone_name", known?.value);
  suggest("country", mark("zone_name").country);
  suggest("currency", mark("country").currency);
}

for (const name of ["zone_name", "currency"]) field(name).addEventListener("change", () => chosen.add(name));
field("country").addEventListener("change", () => {
  if (!form.matches("[data-guesses]")) return;
  suggest("currency", mark("country").currency);
  const isElsewhere = mark("zone_name").country !== field("country").value;
  if (isElsewhere && !chosen.has("zone_name")) field("zone_name").value = mark("country").zone; // empty: to be chosen
});
if (form.matches("[data-guesses]") && !field("zone_name").value) suggestZone();
