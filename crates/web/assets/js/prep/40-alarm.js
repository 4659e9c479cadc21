// The bell: rings while there is a ticket that nobody has seen, until a person says so. Another
// sound when the line has been dead for half a minute. Both are made here, so that they need no
// file and no second request.
const RING_EVERY = 2500;
const DEAD_LINE = 30000;
const DEAD_LINE_EVERY = 5000;

let audio;
let line = 0;
let rang = 0;
let warned = 0;

const tone = (pitch, start, length, volume, shape = "sine") => {
  const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
  const at = audio.currentTime + start;
  oscillator.type = shape;
  oscillator.frequency.value = pitch;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(volume, at + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + length);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + length + 0.05);
};

// Louder after a minute: somebody is waiting.
const bell = (loud) => {
  const volume = loud ? 0.9 : 0.5;
  for (const [pitch, start] of [[880, 0], [1174.7, 0.18], [880, 0.55], [1174.7, 0.73]]) tone(pitch, start, 0.5, volume);
};
const chime = () => { tone(660, 0, 0.25, 0.3); tone(990, 0.15, 0.4, 0.3); };
const dead = () => { tone(196, 0, 0.35, 0.5, "square"); tone(147, 0.4, 0.6, 0.5, "square"); };

const unseen = () => [...document.querySelectorAll('#board .ticket-slot[data-state="new"]')];
const running = () => audio?.state === "running";

const ring = () => {
  const [now, waiting] = [Date.now(), unseen()];
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (waiting.length) document.title = `(${waiting.length}) ${document.title}`;
  if (!running()) return;
  if (waiting.length && now - rang >= RING_EVERY) {
    rang = now;
    const oldest = Math.min(...waiting.map((slot) => Number(slot.querySelector(".ticket").dataset.since)));
    bell(comanda.clock.now() - oldest > 60000);
  }
  if (line >= DEAD_LINE && now - warned >= DEAD_LINE_EVERY) { warned = now; dead(); }
};

comanda.alarm = {
  running,
  // Must be called from a tap: browsers allow sound only then.
  async unlock(quietly = false) {
    audio ??= new AudioContext();
    audio.onstatechange = () => document.dispatchEvent(new CustomEvent("comanda:sound"));
    await audio.resume();
    if (running() && !quietly) chime();
    document.dispatchEvent(new CustomEvent("comanda:sound"));
  },
  line(ms) { line = ms; },
};

addEventListener("DOMContentLoaded", () => { if (document.getElementById("board")) setInterval(ring, 500); });
document.addEventListener("comanda:board", ring);
