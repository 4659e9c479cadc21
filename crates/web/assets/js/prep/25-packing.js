// Tickets differ in height. Each takes as many of the grid's thin rows as it is tall, so that the
// next one begins right below instead of below the tallest of its row.
const ROW = 4;
const GAP = 16;

const pack = () => {
  for (const slot of document.querySelectorAll(".column-wide .ticket-slot")) {
    slot.style.gridRowEnd = `span ${Math.ceil((slot.offsetHeight + GAP) / ROW)}`;
  }
};

addEventListener("DOMContentLoaded", () => {
  if (!document.getElementById("board")) return;
  document.documentElement.classList.add("packs");
  document.addEventListener("comanda:board", pack);
  document.fonts.ready.then(pack);
  addEventListener("resize", pack);
  pack();
});
