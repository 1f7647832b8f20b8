// What scrolls sideways can be reached with the keyboard.
document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("pre, table, .table-wrapper, figure > div")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
});
