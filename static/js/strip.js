// On a phone the dashboard's sections and a page's tabs are strips that scroll sideways; the open one begins in view.
for (const open of document.querySelectorAll(":is(.side nav, .tabs) > [aria-current]")) {
  const strip = open.parentElement;
  strip.scrollLeft += open.getBoundingClientRect().left - strip.getBoundingClientRect().left - (strip.clientWidth - open.offsetWidth) / 2;
}
