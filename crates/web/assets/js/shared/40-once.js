// A form is sent once: a second press while the first is on its way does nothing.
// data-busy="Sending your order…" on the button says so.
let waiting;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.matches("[hx-post],[hx-get],[hx-put],[hx-delete]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  const button = event.submitter;
  if (!button?.dataset.busy) return;
  waiting = { button, words: [...button.childNodes] };
  button.setAttribute("aria-busy", "true");
  button.replaceChildren(button.dataset.busy);
});
// A page from the back-forward cache may send again, and its button says what it did before.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  waiting?.button.removeAttribute("aria-busy");
  waiting?.button.replaceChildren(...waiting.words);
});
