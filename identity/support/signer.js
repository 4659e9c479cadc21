// A key of the test's own, with its public half where accounts asks for it: for tokens that Firebase
// or Clerk would have signed.

import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';

const KEY_ID = 'of-the-test';

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The claims of a token, whoever signed it. */
export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

/** Starts to serve the key set; `sign` makes a token of claims. */
export const openSigner = async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'RS256', use: 'sig' };
  const server = createServer((_request, answer) => {
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify({ keys: [key] }));
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    jwksUrl: `http://127.0.0.1:${server.address().port}/jwks`,
    sign(claims) {
      const text = `${part({ alg: 'RS256', kid: KEY_ID, typ: 'JWT' })}.${part(claims)}`;
      return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
    },
    stop: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }),
  };
};
