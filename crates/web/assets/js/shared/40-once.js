// A form is sent once: a second press while the first is on its way does nothing.
// data-busy="Sending your order…" on the button says so.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.matches("[hx-post],[hx-get],[hx-put],[hx-delete]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  const button = event.submitter;
  if (button?.dataset.busy) { button.setAttribute("aria-busy", "true"); button.textContent = button.dataset.busy; }
});
// A page from the back-forward cache may send again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
