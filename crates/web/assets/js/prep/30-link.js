// The socket: resumes after the last number, notices a dead line that TCP does not, and says within
// five seconds that the board is blind.
// A line that is back at once is no news. With the second between two looks it is five on any tablet.
const BLIND_AFTER = 3000;
const DEAD_AFTER = 25000;
const SIGN_IN_AGAIN = 4403;

let seq = 0;
let heard = 0;
let lostAt = 0;
let connection;

const link = () => document.getElementById("link");
const wait = (ms) => {
  const seconds = Math.round(ms / 1000);
  return seconds < 90 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
};

const show = (lost) => {
  const banner = document.getElementById("connection-banner");
  const state = document.getElementById("live-state");
  if (!banner || !state) return;
  banner.hidden = !lost;
  state.dataset.state = lost ? "lost" : "live";
  state.querySelector("[data-word]").textContent = lost ? "Not connected" : "Live";
};

const lost = () => { lostAt ||= Date.now(); };
const found = () => {
  heard = Date.now();
  if (!lostAt) return;
  lostAt = 0;
  show(false);
  comanda.alarm?.line(0);
};

document.addEventListener("htmx:ws:before:connection", (event) => {
  connection = event.detail.connection;
  const url = new URL(connection.url);
  if (seq) url.searchParams.set("after", seq);
  connection.url = url.href;
});
document.addEventListener("htmx:ws:after:connection", found);
document.addEventListener("htmx:ws:close", (event) => {
  lost();
  if (event.detail.code === SIGN_IN_AGAIN) location.reload();
});
document.addEventListener("htmx:ws:error", lost);
document.addEventListener("htmx:ws:before:message:incoming", (event) => {
  found();
  let frame;
  try { frame = JSON.parse(event.detail.message.data); } catch { return; }
  comanda.clock.set(frame.now);
  if (frame.seq) seq = Math.max(seq, frame.seq);
});

const watch = () => {
  const now = Date.now();
  if (!lostAt && now - heard > DEAD_AFTER) {
    lost();
    connection?.socket?.close();
  }
  if (!lostAt || now - lostAt < BLIND_AFTER) return;
  show(true);
  const age = document.querySelector("#connection-banner [data-age]");
  if (age) age.textContent = wait(now - heard);
  comanda.alarm?.line(now - lostAt);
};

addEventListener("DOMContentLoaded", () => {
  if (!link()) return;
  seq = Number(document.getElementById("board").dataset.seq) || 0;
  heard = Date.now();
  setInterval(watch, 1000);
});
addEventListener("offline", lost);

// A command that did not get through says so and leaves the ticket as it is.
document.addEventListener("htmx:error", (event) => {
  if (!link() || !event.target.closest?.("[data-command]")) return;
  lost();
  show(true);
  comanda.say("That did not get through. Try again.");
});
