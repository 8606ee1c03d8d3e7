// What every till page shares: the state of the line, and the keypad that types into the amount.
import "./keypad.js";

function showLine() {
  for (const badge of document.querySelectorAll("[data-online]")) badge.hidden = !navigator.onLine;
  for (const badge of document.querySelectorAll("[data-offline]")) badge.hidden = navigator.onLine;
}

addEventListener("online", showLine);
addEventListener("offline", showLine);
showLine();
