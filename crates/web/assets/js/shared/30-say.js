// comanda.say("…") puts a sentence into the page's one polite status region.
globalThis.comanda ??= {};
comanda.say = (text) => {
  const region = document.getElementById("status");
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = text; });
};
