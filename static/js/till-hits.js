// The arrow keys go from the search to what was found and back; Escape gives up and goes back as well.
const search = () => document.getElementById("search");
const hits = () => [...document.querySelectorAll("#found .hit")];

function next(key) {
  const found = hits();
  const at = found.indexOf(document.activeElement);
  return key === "ArrowDown" ? (found[at + 1] ?? found.at(-1)) : (found[at - 1] ?? search());
}

document.addEventListener("keydown", (event) => {
  const isInside = event.target === search() || event.target.matches?.("#found .hit");
  if (!isInside || !hits().length) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    next(event.key).focus();
  } else if (event.key === "Escape") {
    search().value = "";
    document.querySelector("#found.over")?.replaceChildren();
    (document.querySelector("[data-keys]") ?? search()).focus();
  }
});
