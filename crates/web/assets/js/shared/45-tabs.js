// A row of tabs that is wider than the screen shows the one we are at.
addEventListener("DOMContentLoaded", () => {
  for (const tab of document.querySelectorAll(".tabs-row .tab[aria-current]")) {
    const row = tab.closest(".tabs-row");
    row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  }
});
