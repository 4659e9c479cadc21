// Quantity steppers: buttons move the number field, which says so by a change event.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-stepper] [data-step]");
  if (!button) return;
  const field = button.parentElement.querySelector("input");
  const wanted = Number(field.value || 0) + Number(button.dataset.step);
  const bound = Math.min(Number(field.max || 99), Math.max(Number(field.min || 0), wanted));
  if (bound === Number(field.value)) return;
  field.value = bound;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
});
