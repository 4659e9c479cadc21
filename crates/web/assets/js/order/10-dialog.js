// A link with data-dialog="ID" opens what stands behind its address in the dialog of that id; without
// scripts the link is a page. The dialog's content is fetched with the header HX-Request-Type:
// partial, and replaces the dialog's children.
const show = async (link) => {
  const dialog = document.getElementById(link.dataset.dialog);
  if (!dialog) return false;
  link.setAttribute("aria-busy", "true");
  try {
    await htmx.ajax("GET", link.href, { target: dialog, swap: "innerHTML", source: link });
    if (!dialog.open) dialog.showModal();
    dialog.dispatchEvent(new CustomEvent("comanda:opened", { bubbles: true }));
  } catch {
    location.assign(link.href);
  } finally {
    link.removeAttribute("aria-busy");
  }
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
