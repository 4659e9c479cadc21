// Tickets below the edge of their column are counted on a button that leads to the next of them.
const below = (list) => {
  const edge = list.getBoundingClientRect().bottom;
  if (list.scrollHeight <= list.clientHeight + 8) return [];
  return [...list.children].filter((slot) => slot.getBoundingClientRect().top > edge - 64);
};

const look = () => {
  for (const list of document.querySelectorAll("#board .column-tickets")) {
    const [more, hidden] = [list.parentElement.querySelector(".column-more"), below(list)];
    more.hidden = hidden.length === 0;
    more.classList.toggle("has-new", hidden.some((slot) => slot.dataset.state === "new"));
    more.querySelector("[data-more]").textContent = hidden.length;
  }
};

addEventListener("DOMContentLoaded", () => {
  if (!document.getElementById("board")) return;
  document.addEventListener("comanda:board", look);
  document.addEventListener("scroll", look, { capture: true, passive: true });
  document.addEventListener("click", (event) => {
    const more = event.target.closest?.(".column-more");
    if (!more) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    below(more.parentElement.querySelector(".column-tickets"))[0]?.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  });
  addEventListener("resize", look);
  document.fonts.ready.then(look);
  look();
});
