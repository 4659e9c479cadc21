// Signs in with Clerk's own script and posts its session token to the form of this page.
const place = document.querySelector("[data-clerk]");
const trouble = document.querySelector("#provider-trouble");
const waiting = document.querySelector("#provider-waiting");
const known = document.querySelector("#provider-known");
const form = document.querySelector("#provider-form");

const fail = () => { waiting.hidden = true; known.hidden = true; place.hidden = true; trouble.hidden = false; };
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

async function send() {
  const token = await window.Clerk.session?.getToken();
  if (!token) return fail();
  form.elements.token.value = token;
  form.requestSubmit();
}

function ask() {
  known.hidden = true;
  place.hidden = false;
  window.Clerk.mountSignIn(place, { routing: "hash", withSignUp: true });
  window.Clerk.addListener(({ session }) => { if (session?.status === "active") send().catch(fail); });
}

try {
  await load(place.dataset.ui);
  await load(place.dataset.script, place.dataset.clerk);
  await window.Clerk.load({ ui: { ClerkUI: window.__internal_ClerkUICtor } });
  clearTimeout(late);
  waiting.hidden = true;
  trouble.hidden = true;
  if (window.Clerk.session) {
    known.querySelector("[data-who]").textContent = window.Clerk.user?.primaryEmailAddress?.emailAddress ?? "";
    known.querySelector("[data-go]").addEventListener("click", () => send().catch(fail));
    known.querySelector("[data-other]").addEventListener("click", () => window.Clerk.signOut().then(ask, fail));
    known.hidden = false;
  } else {
    ask();
  }
} catch {
  clearTimeout(late);
  fail();
}
