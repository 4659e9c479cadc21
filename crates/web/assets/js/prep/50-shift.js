// "Start shift": one tap turns on the sound, keeps the screen awake and fills it. What the browser
// takes away (a suspended sound, a wake lock after the screen was hidden) is asked for again, and
// said in red meanwhile. A shift goes on when the cook looks at another page and comes back.
const SHIFT = "comanda.shift";
let started = false;
let lock;

const button = () => document.getElementById("start-shift");

const showSound = () => {
  const on = comanda.alarm.running();
  const state = document.getElementById("sound-state");
  const words = document.getElementById(on ? "sound-on" : "sound-off");
  if (!state || !words) return;
  state.dataset.on = on;
  state.replaceChildren(words.content.cloneNode(true));
  button().hidden = on;
};

const stayAwake = async () => {
  if (!started || document.hidden || (lock && !lock.released)) return;
  try { lock = await navigator.wakeLock?.request("screen"); } catch { /* On battery saving: the tablet decides. */ }
};

const start = async () => {
  started = true;
  sessionStorage.setItem(SHIFT, "on");
  await comanda.alarm.unlock();
  stayAwake();
  if (matchMedia("(pointer: coarse)").matches) document.documentElement.requestFullscreen?.().catch(() => {});
};

addEventListener("DOMContentLoaded", () => {
  if (!button()) return;
  button().addEventListener("click", start);
  showSound();
  if (!sessionStorage.getItem(SHIFT)) return;
  started = true;
  stayAwake();
  // Where the browser wants another tap, this waits for it; the state stays red and says so.
  comanda.alarm.unlock(true);
});
document.addEventListener("comanda:sound", showSound);
document.addEventListener("visibilitychange", stayAwake);
// Any later tap may wake a sound that the browser has put to sleep.
document.addEventListener("pointerdown", () => {
  if (!started) return;
  stayAwake();
  if (!comanda.alarm.running()) comanda.alarm.unlock();
});
