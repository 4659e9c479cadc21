// Passkeys (WebAuthn). A button with data-passkey asks the browser for one: "sign-in" and "confirm"
// for one that there is, "new" for a new one, with the name that the field beside it holds. What needs
// a passkey stands in [data-passkeys], which is hidden until it is known that this browser has them.
const api = globalThis.PublicKeyCredential;
if (api?.parseRequestOptionsFromJSON && api.parseCreationOptionsFromJSON) {
  for (const place of document.querySelectorAll("[data-passkeys]")) place.hidden = false;
}

const send = async (path, body) => {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (answer.ok) return said;
  throw Object.assign(new Error(said.detail ?? "That did not work. Try again in a moment."), { problem: said.code ?? "failed" });
};

// What the browser asks its person, and what it sends when they have answered.
const dialogues = {
  "sign-in": async (button, options) => {
    const { secret, options: question } = await send("/passkeys/ask", {});
    const answer = await navigator.credentials.get({ ...options, publicKey: api.parseRequestOptionsFromJSON(question) });
    return send("/passkeys/sign-in", { secret, answer: answer.toJSON(), return_to: button.dataset.returnTo ?? "" });
  },
  confirm: async (button, options) => {
    const { secret, options: question } = await send("/passkeys/ask", {});
    const answer = await navigator.credentials.get({ ...options, publicKey: api.parseRequestOptionsFromJSON(question) });
    return send("/passkeys/confirm", { secret, answer: answer.toJSON(), return_to: button.dataset.returnTo ?? "" });
  },
  new: async (button, options) => {
    const { secret, options: question } = await send("/passkeys/ask-new", {});
    const answer = await navigator.credentials.create({ ...options, publicKey: api.parseCreationOptionsFromJSON(question) });
    const name = button.form?.elements.name?.value ?? "";
    return send("/passkeys/add", { secret, answer: answer.toJSON(), name, return_to: button.dataset.returnTo ?? "" });
  },
};

const why = (error) => {
  if (error.name === "InvalidStateError") return "This device has a passkey for your account already.";
  // Nobody is told which: cancelled, timed out, or none there.
  if (error.name === "NotAllowedError") return "No passkey was used. Try again, or go on in another way.";
  return error.problem ? error.message : "That did not work. Try again, or go on in another way.";
};
const tell = (button, words) => {
  const place = button.closest("[data-passkeys]")?.querySelector("[data-passkey-error]");
  if (!place) return;
  place.textContent = words;
  place.hidden = !words;
};

// Autofill waits for its answer as long as the page is open; only one question may be open at a time.
let waiting;
const run = async (button, options = {}) => {
  waiting?.abort();
  const mine = waiting = new AbortController();
  const said = await dialogues[button.dataset.passkey](button, { ...options, signal: mine.signal });
  location.assign(said.to);
};
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-passkey]");
  if (!button || button.getAttribute("aria-busy")) return;
  event.preventDefault();
  tell(button, "");
  button.setAttribute("aria-busy", "true");
  try {
    await run(button);
  } catch (error) {
    if (error.problem === "proof_needed") { location.assign(`/confirm?return_to=${encodeURIComponent(location.href)}`); return; }
    tell(button, why(error));
  } finally {
    button.removeAttribute("aria-busy");
  }
});

// Where the browser can, it offers passkeys in the field of the address. A question is good for five
// minutes, so it is asked again before that.
const offer = async () => {
  const button = document.querySelector("button[data-passkey-autofill]");
  if (!button || !await api?.isConditionalMediationAvailable?.()) return;
  const ask = () => run(button, { mediation: "conditional" }).catch((error) => {
    if (error.problem) tell(button, why(error));
  });
  ask();
  setInterval(() => { if (!button.getAttribute("aria-busy")) ask(); }, 240_000);
};
offer();
