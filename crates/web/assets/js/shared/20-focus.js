// After a refused form the summary of errors takes the focus; in swapped content too.
const focusFirst = (root) => root.querySelector?.("[data-focus]")?.focus();
addEventListener("DOMContentLoaded", () => focusFirst(document));
document.addEventListener("htmx:after:swap", () => focusFirst(document));
