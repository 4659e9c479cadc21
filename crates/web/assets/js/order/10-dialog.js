// A link with data-dialog="ID" opens what stands behind its address in the dialog of that id; without
// scripts the link is a page. The dialog's content is fetched with the header HX-Request-Type:
// partial, and replaces the dialog's children. On a slow line the dialog opens at once with the
// link's words and grey lines; when nothing arrives, it says so and offers the page.
const PATIENCE = 300;

const element = (tag, style, ...children) => {
  const made = document.createElement(tag);
  made.className = style;
  made.append(...children);
  return made;
};
const head = (link, dialog) => {
  const title = element("h2", "dialog-title", link.textContent);
  title.id = `${dialog.id}-title`;
  const close = element("button", "btn btn-small btn-quiet", "Close");
  close.type = "submit";
  const form = element("form", "", close);
  form.method = "dialog";
  return element("div", "dialog-head", title, form);
};
const lines = () => element("div", "dialog-body",
  ...["skeleton skeleton-line", "skeleton skeleton-line-short", "skeleton skeleton-line", "skeleton skeleton-line"].map((style) => element("div", style)));
const wait = (dialog, link) => {
  dialog.replaceChildren(head(link, dialog), lines());
  if (!dialog.open) dialog.showModal();
};
const apologise = (dialog, link) => {
  const again = element("a", "btn btn-primary", "Try again");
  again.href = link.href;
  dialog.replaceChildren(head(link, dialog), element("div", "dialog-body",
    element("p", "", "That did not arrive. The line may be slow or gone."), element("p", "actions", again)));
  if (!dialog.open) dialog.showModal();
};

let latest;
const show = async (link) => {
  const dialog = document.getElementById(link.dataset.dialog);
  const mine = latest = Symbol(link.href);
  let failed = false;
  const fail = () => { failed = true; };
  const slow = setTimeout(() => wait(dialog, link), PATIENCE);
  link.addEventListener("htmx:error", fail, { once: true });
  try {
    await htmx.ajax("GET", link.href, { target: dialog, swap: "innerHTML", source: link });
  } catch {
    failed = true;
  }
  clearTimeout(slow);
  link.removeEventListener("htmx:error", fail);
  if (mine !== latest) return;
  if (failed) { apologise(dialog, link); return; }
  if (!dialog.open) dialog.showModal();
  dialog.dispatchEvent(new CustomEvent("comanda:opened", { bubbles: true }));
};
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-dialog]");
  if (link && !event.defaultPrevented && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey
    && globalThis.htmx && document.getElementById(link.dataset.dialog)) {
    event.preventDefault();
    show(link);
    return;
  }
  // A press beside the sheet closes it.
  if (event.target instanceof HTMLDialogElement && event.target.matches(":modal")) event.target.close();
});
// The server closes a dialog by answering with the header HX-Trigger: comanda:close.
document.addEventListener("comanda:close", () => document.querySelector("dialog[open]:modal")?.close());
