// Server time, and the timers that follow it. A tablet's own clock may be wrong or may have slept,
// so each frame and heartbeat brings the server's.
let offset = 0;
const clock = globalThis.comanda.clock = {
  set(now) { if (Number.isFinite(now)) offset = now - Date.now(); },
  now() { return Date.now() + offset; },
};

const shapes = { "age-in-time": "in time, ", "age-soon": "due soon, ", "age-late": "late, " };
const paceOf = (gone, whole) => (gone > whole ? "age-late" : gone * 10 >= whole * 7 ? "age-soon" : "age-in-time");
const written = (ms) => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};

const setText = (el, text) => { if (el && el.textContent !== text) el.textContent = text; };

const tick = () => {
  const board = document.getElementById("board");
  if (!board) return;
  const now = clock.now();
  for (const ticket of board.querySelectorAll(".ticket[data-since]")) {
    const since = Number(ticket.dataset.since);
    setText(ticket.querySelector("[data-timer]"), written(now - since));
    if (!ticket.dataset.due) continue;
    const pace = paceOf(now - since, Number(ticket.dataset.due) - since);
    if (ticket.classList.contains(pace)) continue;
    ticket.classList.remove(...Object.keys(shapes));
    ticket.classList.add(pace);
    setText(ticket.querySelector("[data-age-word]"), shapes[pace]);
  }
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: board.dataset.zone });
  const text = time.format(now);
  for (const face of document.querySelectorAll("#board-clock, [data-clock]")) setText(face, text);
};

addEventListener("DOMContentLoaded", () => {
  const board = document.getElementById("board");
  if (!board) return;
  clock.set(Number(board.dataset.now));
  tick();
  setInterval(tick, 1000);
});
document.addEventListener("comanda:board", tick);
