// On a phone the dashboard's sections are a strip that scrolls sideways; the open one begins in view.
document.querySelector(".side nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
