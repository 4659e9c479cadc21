// Signs in with Clerk's own script and posts its session token to the form of this page.
const place = document.querySelector("[data-clerk]");
const trouble = document.querySelector("#provider-trouble");
const waiting = document.querySelector("#provider-waiting");
const known = document.querySelector("#provider-known");
const form = document.querySelector("#provider-form");
const here = location.pathname + location.search;

// Its form in our colours and as wide as ours; all else is Clerk's.
const APPEARANCE = {
  variables: {
    colorPrimary: "var(--tomato)",
    colorPrimaryForeground: "var(--on-tomato)",
    colorBackground: "var(--slip)",
    colorForeground: "var(--ink)",
    colorMutedForeground: "var(--ink-2)",
    colorInput: "var(--slip)",
    colorInputForeground: "var(--ink)",
    colorNeutral: "var(--ink)",
    colorDanger: "var(--chili)",
    colorSuccess: "var(--basil)",
    colorRing: "var(--focus)",
    borderRadius: "var(--radius-small)",
    fontSize: "1rem",
  },
  elements: {
    rootBox: { width: "100%" },
    cardBox: { width: "100%", maxWidth: "100%" },
    formFieldInput: { minHeight: "var(--tap)" },
    formButtonPrimary: { minHeight: "var(--tap)" },
    socialButtonsBlockButton: { minHeight: "var(--tap)" },
  },
};

const fail = () => { waiting.hidden = true; known.hidden = true; place.hidden = true; trouble.hidden = false; };
waiting.hidden = false;
const late = setTimeout(fail, 10_000);

function load(src, key) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    if (key) script.dataset.clerkPublishableKey = key;
    script.crossOrigin = "anonymous";
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}

// Where Clerk leads whoever is in. That is this page: leaving it would overtake the form.
function go(to) {
  const { origin, pathname, search } = new URL(to, location.href);
  if (origin !== location.origin || pathname + search !== here) location.assign(to);
}

async function send() {
  const token = await window.Clerk.session?.getToken();
  if (!token) return fail();
  form.elements.token.value = token;
  form.requestSubmit();
}

function greet() {
  place.hidden = true;
  known.querySelector("[data-who]").textContent = window.Clerk.user?.primaryEmailAddress?.emailAddress ?? "";
  known.hidden = false;
}

function ask() {
  known.hidden = true;
  place.hidden = false;
  window.Clerk.mountSignIn(place, {
    routing: "hash",
    withSignUp: true,
    forceRedirectUrl: here,
    signUpForceRedirectUrl: here,
  });
}

try {
  await load(place.dataset.ui);
  await load(place.dataset.script, place.dataset.clerk);
  await window.Clerk.load({
    ui: { ClerkUI: window.__internal_ClerkUICtor },
    appearance: APPEARANCE,
    routerPush: go,
    routerReplace: go,
    // Of us Clerk hears what it needs to sign somebody in.
    telemetry: false,
  });
  const { Clerk } = window;
  // Where its API does not answer, it would show a form that does nothing.
  if (!Clerk.loaded || Clerk.status === "degraded") throw new Error("Clerk does not answer");
  clearTimeout(late);
  waiting.hidden = true;
  trouble.hidden = true;
  known.querySelector("[data-go]").addEventListener("click", () => send().catch(fail));
  // With a function of ours it does not lead away.
  known.querySelector("[data-other]").addEventListener("click", () => Clerk.signOut(() => {}).then(ask, fail));
  if (Clerk.session) greet(); else ask();
  Clerk.addListener(({ session }) => {
    if (session?.status !== "active" || !known.hidden) return;
    // Whom another site has sent here is asked, as everywhere: it may have chosen the account.
    if (place.dataset.sent === undefined) send().catch(fail); else greet();
  }, { skipInitialEmit: true });
} catch {
  clearTimeout(late);
  fail();
}
