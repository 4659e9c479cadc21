// Adding a dish shows at once on the slip's button; the server's answer puts the true figures there.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches?.("form[data-add]")) return;
  const badge = document.querySelector("[data-slip-count]");
  if (!badge) return;
  const before = badge.textContent;
  badge.textContent = String(Number(before || 0) + Math.max(1, Number(form.elements.quantity?.value || 1)));
  badge.hidden = false;
  form.addEventListener("htmx:error", () => { badge.textContent = before; comanda.say("That did not reach us. Please try again."); }, { once: true });
});
