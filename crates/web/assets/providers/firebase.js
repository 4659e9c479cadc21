// Signs in with Firebase's own script and posts its ID token to the form of this page. Nothing of it
// is kept in the browser.
const ways = document.querySelector("[data-firebase]");
const trouble = document.querySelector("#provider-trouble");
const waiting = document.querySelector("#provider-waiting");
const message = document.querySelector("#provider-message");
const password = document.querySelector("#provider-password");
const form = document.querySelector("#provider-form");
const { script, key, domain, project, label } = ways.dataset;

const fail = () => { waiting.hidden = true; ways.hidden = true; trouble.hidden = false; };
waiting.hidden = false;
const late = setTimeout(fail, 10_000);

const UNKNOWN = "That address and password do not belong together. Try again.";
const CLOSED = "The window was closed before you were signed in.";
const WORDS = {
  // Which of the first four it is depends on the project: the newest ones tell nobody.
  "auth/invalid-credential": UNKNOWN,
  "auth/invalid-email": UNKNOWN,
  "auth/user-not-found": UNKNOWN,
  "auth/wrong-password": UNKNOWN,
  "auth/network-request-failed": `${label} does not answer just now. Try again in a minute.`,
  "auth/popup-blocked": "Your browser kept the window from opening. Allow it for this page, then try again.",
  "auth/popup-closed-by-user": CLOSED,
  "auth/cancelled-popup-request": CLOSED,
  "auth/too-many-requests": "That was often in a short time. Try again later.",
  "auth/user-disabled": `${label} has closed this account.`,
};

function say(words) {
  message.firstElementChild.textContent = words;
  message.hidden = !words;
}

async function finish(auth, attempt) {
  say("");
  try {
    const { user } = await attempt();
    if (!user.emailVerified && ways.dataset.proved === undefined) {
      await auth.sendEmailVerification(user);
      return say(`We asked ${label} to send a mail to ${user.email}. Open its link, then sign in here again.`);
    }
    form.elements.token.value = await user.getIdToken();
    form.requestSubmit();
  } catch (error) {
    const code = error?.code ?? "no answer";
    say(WORDS[code] ?? `${label} let nobody in (${code}). Try again, or sign in another way.`);
  }
}

try {
  const [app, auth] = await Promise.all([import(`${script}/firebase-app.js`), import(`${script}/firebase-auth.js`)]);
  const session = auth.initializeAuth(app.initializeApp({ apiKey: key, authDomain: domain, projectId: project }), {
    persistence: auth.inMemoryPersistence,
    popupRedirectResolver: auth.browserPopupRedirectResolver,
  });
  clearTimeout(late);
  for (const button of ways.querySelectorAll("[data-method]")) {
    button.addEventListener("click", () =>
      finish(auth, () => auth.signInWithPopup(session, new auth.OAuthProvider(button.dataset.method))));
  }
  password?.addEventListener("submit", (event) => {
    event.preventDefault();
    const { email, password: secret } = password.elements;
    finish(auth, () => auth.signInWithEmailAndPassword(session, email.value, secret.value));
  });
  waiting.hidden = true;
  trouble.hidden = true;
  ways.hidden = false;
} catch {
  clearTimeout(late);
  fail();
}
