// The Auth0 simulator: auth0.mjs PORT. It reads its certificate from `~/.simulacrum/certs`.
//
// It knows one person. PKCE is not checked, and a code may be used again: good for the shapes of
// Auth0, not for its security.

import { createRequire } from 'node:module';

// Its build for `import` cannot sign tokens.
const { simulation } = createRequire(import.meta.url)('@simulacrum/auth0-simulator');

const [port] = process.argv.slice(2);
const ana = { id: 'auth0|ana', name: 'Ana', email: 'ana@demo.test', password: 'comanda-demo' };
await simulation({ initialState: { users: [ana] } }).listen(Number(port), '127.0.0.1');
