// The phone of the studio: its page is fetched anew when the draft changes, and stays where it was.
document.addEventListener("draft-changed", () => {
  for (const frame of document.querySelectorAll("iframe[data-phone]")) frame.contentWindow.location.reload();
});
