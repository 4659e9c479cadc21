// The live total of an item form: <form data-base="980" data-currency="EUR" data-digits="2"> with
// inputs that carry data-delta (a number field counts it as often as it says), a field named
// "quantity", and an element with data-total. Only a preview: the server prices again.
const times = (input) => input.type === "number" ? Number(input.value || 0) : Number(input.checked);
const update = (form) => {
  const out = form.querySelector("[data-total]");
  if (!out) return;
  let unit = Number(form.dataset.base);
  for (const input of form.querySelectorAll("[data-delta]")) unit += times(input) * Number(input.dataset.delta);
  const quantity = Math.max(1, Number(form.elements.quantity?.value || 1));
  const digits = Number(form.dataset.digits ?? 2);
  const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: form.dataset.currency, minimumFractionDigits: digits });
  out.textContent = money.format((unit * quantity) / 10 ** digits);
};
// A group with a maximum holds back the rest once it is full.
const hold = (group) => {
  const max = Number(group.dataset.max || 0);
  if (!max) return;
  const inputs = [...group.querySelectorAll("input[type=checkbox], input[type=number]")];
  const left = max - inputs.reduce((sum, input) => sum + times(input), 0);
  for (const input of inputs) {
    if (input.type === "number") {
      input.dataset.most ??= input.max;
      input.max = Math.min(Number(input.dataset.most), Math.max(0, Number(input.value || 0) + left));
      continue;
    }
    input.dataset.off ??= String(input.disabled);
    input.disabled = input.dataset.off === "true" || (left <= 0 && !input.checked);
  }
};
const refresh = (root) => {
  for (const form of root.querySelectorAll("form[data-base]")) {
    update(form);
    for (const group of form.querySelectorAll("[data-max]")) hold(group);
  }
};
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.form;
    if (!form?.dataset.base) return;
    const group = event.target.closest("[data-max]");
    if (group) hold(group);
    update(form);
  });
}
addEventListener("DOMContentLoaded", () => refresh(document));
document.addEventListener("htmx:after:swap", () => refresh(document));
