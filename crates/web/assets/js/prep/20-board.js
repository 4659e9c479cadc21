// Puts tickets in their place. What arrives (from the socket, or as the answer to a command) lands
// in #arrivals; from there it goes to its column in the order of being wanted, so that a recalled ticket
// is where it was. An older version never replaces a newer one.
const board = () => document.getElementById("board");
const listOf = (column) => document.querySelector(`#${column} .column-tickets`);
const versions = new Map();

const versionOf = (slot) => Number(slot.dataset.version);
const known = (id) => [...(board()?.querySelectorAll(".ticket-slot") ?? [])].find((slot) => slot.dataset.ticket === id);

const insert = (list, slot) => {
  const order = Number(slot.dataset.order);
  const next = [...list.children].find((other) => Number(other.dataset.order) > order);
  list.insertBefore(slot, next ?? null);
};

// The minutes that a cook has chosen outlive a change of the ticket.
const keepChoice = (old, slot) => {
  const chosen = old?.querySelector("input[type=radio]:checked")?.value;
  const same = chosen && slot.querySelector(`input[type=radio][value="${CSS.escape(chosen)}"]`);
  if (same) same.checked = true;
};

// The socket is often quicker than the answer to the command itself. A form that waits for its
// answer stays in the document until then, or the answer would be dropped with it.
const takeAway = (old) => {
  if (!old?.querySelector(".htmx-request")) { old?.remove(); return; }
  document.getElementById("leaving").append(old);
  setTimeout(() => old.remove(), 10000);
};

const place = (slot) => {
  const { ticket: id, column } = slot.dataset;
  const old = known(id);
  const newest = Math.max(versions.get(id) ?? 0, old ? versionOf(old) : 0);
  if (versionOf(slot) < newest) { slot.remove(); return; }
  versions.set(id, versionOf(slot));
  const focused = old?.contains(document.activeElement);
  const from = old?.parentElement;
  const list = column === "stopped" ? from : listOf(column);
  keepChoice(old, slot);
  takeAway(old);
  if (!list || column === "gone") { slot.remove(); }
  else {
    insert(list, slot);
    if (list !== from && column === "new") slot.classList.add("has-arrived");
    if (focused) slot.querySelector("button[type=submit]")?.focus();
  }
  if (column === "stopped" && old) comanda.say(`${slot.querySelector(".ticket-code")?.textContent} has been stopped.`);
  else if (!old && column === "new") comanda.say(`New order ${slot.querySelector(".ticket-code")?.textContent}`);
};

// Empty columns hold nothing, so the counts are the lists' lengths.
const count = () => {
  let all = 0;
  for (const list of board().querySelectorAll(".column-tickets")) {
    const title = list.closest(".column").querySelector(".column-count");
    all += list.childElementCount;
    if (title.textContent !== String(list.childElementCount)) title.textContent = list.childElementCount;
  }
  board().toggleAttribute("data-empty", all === 0);
};

const settle = () => {
  if (!board()) return;
  const arrivals = document.getElementById("arrivals");
  for (const slot of [...arrivals.children]) place(slot);
  count();
  document.dispatchEvent(new CustomEvent("comanda:board"));
};

addEventListener("DOMContentLoaded", () => {
  if (!board()) return;
  for (const slot of board().querySelectorAll(".ticket-slot")) versions.set(slot.dataset.ticket, versionOf(slot));
  count();
  document.dispatchEvent(new CustomEvent("comanda:board"));
});
document.addEventListener("htmx:after:swap", settle);

// A bar that offers Undo goes after a while; Recall on the ticket stays.
const UNDO_FOR = 5000;
let undoing;
document.addEventListener("htmx:after:swap", () => {
  const bar = document.querySelector("#undo-slot .undo");
  if (!bar || bar === undoing) return;
  undoing = bar;
  const go = () => { if (bar.matches(":hover, :focus-within")) setTimeout(go, 1000); else bar.remove(); };
  setTimeout(go, UNDO_FOR);
});

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-dismiss], [data-close-notice], [data-close-ask]");
  if (!target) return;
  if (target.matches("[data-close-ask]")) {
    const dialog = target.closest("dialog");
    if (!dialog) return;
    event.preventDefault();
    dialog.close();
    return;
  }
  target.closest(".ticket-slot, .banner")?.remove();
  if (board()) settle();
});

// What asks something opens over the board as soon as it is there, and closes when it is answered.
// Its content stays behind the closed dialog, because the form in it still waits for its answer.
let asked;
document.addEventListener("htmx:after:swap", () => {
  const ask = document.getElementById("ask");
  const question = ask?.firstElementChild;
  if (!question || question === asked) return;
  asked = question;
  if (!ask.open) ask.showModal();
});
document.addEventListener("submit", (event) => {
  const dialog = event.target.closest?.("#ask");
  if (dialog) setTimeout(() => dialog.close(), 0);
});
