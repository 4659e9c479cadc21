// <time data-countdown="MS SINCE 1970"> counts down in minutes and seconds by the server's clock:
// <html data-now="MS"> or an element with data-now gives the server's time when it was rendered.
const rendered = performance.now();
const serverNow = () => {
  const stamp = document.querySelector("[data-now]")?.dataset.now;
  return stamp ? Number(stamp) + (performance.now() - rendered) : Date.now();
};
const tick = () => {
  for (const element of document.querySelectorAll("[data-countdown]")) {
    const left = Math.max(0, Math.round((Number(element.dataset.countdown) - serverNow()) / 1000));
    element.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }
};
setInterval(tick, 1000);
addEventListener("DOMContentLoaded", tick);
