// What a dish holds follows its choices at once, without asking: data-holds of the list says what the
// dish ("") and each option (by its id) contains, may contain, and which diets it keeps.
const isChosen = (input) => input.type === "number" ? Number(input.value) > 0 : input.checked;
const row = (title, names, style) => {
  const [line, term, text] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
  term.textContent = title;
  for (const name of names) {
    const mark = document.createElement("span");
    mark.className = style;
    mark.textContent = name;
    text.append(mark, " ");
  }
  line.append(term, text);
  return line;
};
document.addEventListener("change", (event) => {
  const form = event.target.form;
  const place = form?.querySelector("[data-holds]");
  const list = place?.querySelector(".allergens");
  if (!list) return;
  const parts = JSON.parse(place.dataset.holds);
  const chosen = [parts[""]];
  for (const input of form.elements) {
    const part = parts[input.type === "number" ? input.name : input.value];
    if (part && isChosen(input)) chosen.push(part);
  }
  const [contains, traces] = [0, 1].map((at) => new Set(chosen.flatMap((part) => part[at])));
  const may = [...traces].filter((name) => !contains.has(name));
  const none = row("Allergens", []);
  none.querySelector("dd").textContent = place.dataset.none;
  list.replaceChildren(
    ...(place.dataset.unknown !== undefined || !(contains.size + may.length) ? [none] : []),
    ...(contains.size ? [row("Contains", contains, "allergen")] : []),
    ...(may.length ? [row("May contain", may, "allergen allergen-may")] : []),
  );
  const complete = [...form.querySelectorAll("fieldset[data-min]")].every((group) =>
    [...group.querySelectorAll("input")].filter(isChosen).length >= Math.min(1, Number(group.dataset.min)));
  const diet = complete && chosen[0][2].find((name) => chosen.every((part) => part[2].includes(name)));
  place.querySelector("[data-diet]").textContent = diet ? `${diet} as chosen.` : "";
});
