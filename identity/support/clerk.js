// A double of the part of Clerk's frontend API that its published script asks to sign somebody in by
// password, or by Google, which is somewhere else. It is a double because nothing that can be installed speaks that API: the emulator of the
// suite has Clerk's other one, for servers. Shapes are as the script reads them; one person, one
// browser.

const PERSON = { id: 'user_ana', first_name: 'Ana', last_name: 'Clerk' };
const ADDRESS = { id: 'idn_ana', object: 'email_address', verification: { status: 'verified' }, linked_to: [] };
const PASSWORD = 'comanda-demo';
const SIGN_IN = 'sia_1';
const SESSION = 'sess_1';

const attribute = (more) => ({
  enabled: true, required: true, used_for_first_factor: false, first_factors: [], used_for_second_factor: false,
  second_factors: [], verifications: [], verify_at_sign_up: false, ...more,
});

/** What an application of Clerk looks like that knows addresses and passwords alone. */
const ENVIRONMENT = {
  auth_config: { object: 'auth_config', id: 'aac_1', single_session_mode: true },
  display_config: { object: 'display_config', id: 'display_1', application_name: 'The town', branded: false },
  user_settings: {
    attributes: {
      email_address: attribute({ used_for_first_factor: true, first_factors: ['email_code'] }),
      password: attribute(),
    },
    sign_in: { second_factor: { required: false } },
    sign_up: { captcha_enabled: false, mode: 'public', progressive: true },
    social: { oauth_google: { enabled: true, required: false, authenticatable: true, strategy: 'oauth_google', name: 'Google' } },
    password_settings: {},
  },
  organization_settings: null, commerce_settings: null,
};

const wrong = (code, words, field) => ({
  status: 422, json: { errors: [{ code, message: words, long_message: words, meta: { param_name: field } }] },
});

/** An application of Clerk at `issuer`, whose session tokens `sign` makes for pages of `party`. Google is
 *  at `google`, and everybody who goes there is let in. */
export const openClerk = ({ issuer, email, sign, party, google }) => {
  const now = Date.now();
  const user = {
    ...PERSON, object: 'user', primary_email_address_id: ADDRESS.id, password_enabled: true,
    email_addresses: [{ ...ADDRESS, email_address: email }], created_at: now, updated_at: now,
  };
  let attempt = null;
  let session = null;
  const client = () => ({
    object: 'client', id: 'client_1', sign_in: attempt, sign_up: null, sessions: session ? [session] : [],
    last_active_session_id: session?.id ?? null, created_at: now, updated_at: now,
  });
  const done = (response) => ({ status: 200, json: { response, client: client() } });
  const letIn = () => {
    attempt = null;
    session = {
      object: 'session', id: SESSION, status: 'active', user, created_at: now, updated_at: now,
      last_active_at: now, expire_at: now + 600_000, abandon_at: now + 600_000,
    };
  };
  /** On to Google; the browser hears of the session when it is back. */
  const onward = (form) => {
    const url = `${google}?${new URLSearchParams({ to: form.get('action_complete_redirect_url') })}`;
    const factor = { status: 'unverified', strategy: form.get('strategy'), external_verification_redirect_url: url };
    attempt = { object: 'sign_in', id: SIGN_IN, status: 'needs_identifier', first_factor_verification: factor };
    const answer = done(attempt);
    letIn();
    return answer;
  };
  const token = () => {
    const seconds = Math.floor(Date.now() / 1000);
    return sign({
      iss: issuer, sub: user.id, sid: SESSION, azp: party, iat: seconds, nbf: seconds - 10, exp: seconds + 60,
      email, email_verified: true, name: `${user.first_name} ${user.last_name}`,
    });
  };
  const answers = {
    'GET /v1/environment': () => ({ status: 200, json: ENVIRONMENT }),
    'GET /v1/client': () => ({ status: 200, json: { response: client(), client: null } }),
    'POST /v1/client/sign_ins': (form) => {
      if (form.has('strategy')) return onward(form);
      if (form.get('identifier') !== email) return wrong('form_identifier_not_found', "Couldn't find your account.", 'identifier');
      attempt = {
        object: 'sign_in', id: SIGN_IN, status: 'needs_first_factor', identifier: email, user_data: PERSON,
        supported_first_factors: [{ strategy: 'password' }], created_session_id: null,
      };
      return done(attempt);
    },
    [`POST /v1/client/sign_ins/${SIGN_IN}/attempt_first_factor`]: (form) => {
      if (form.get('password') !== PASSWORD) return wrong('form_password_incorrect', 'Password is incorrect.', 'password');
      const complete = { ...attempt, status: 'complete', created_session_id: SESSION };
      letIn();
      return done(complete);
    },
    [`POST /v1/client/sessions/${SESSION}/touch`]: () => done(session),
    [`POST /v1/client/sessions/${SESSION}/tokens`]: () => ({ status: 200, json: { object: 'token', jwt: token() } }),
    'DELETE /v1/client/sessions': () => { session = null; return done(client()); },
  };
  /** What it says to a request of Playwright's; nothing for what it does not know. */
  return (request) => {
    const { pathname, searchParams } = new URL(request.url());
    const method = searchParams.get('_method') ?? request.method();
    return answers[`${method} ${pathname}`]?.(new URLSearchParams(request.postData() ?? ''));
  };
};
