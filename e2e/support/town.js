// A town of its own for one file of journeys: the built comanda, the demo data, a free port.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BINARY = process.env.COMANDA_BINARY ?? join(import.meta.dirname, '../../target/debug/comanda');
const PATIENCE = 60_000;
const LAST_ORDERS = 15_000;

// Only what this machine needs; its own settings are not the town's.
const environment = () => Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('COMANDA_')),
);

const freePort = () => new Promise((resolve, reject) => {
  const server = createServer();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

/** Starts a process over the folder; resolves when it says that it is ready. */
const launch = async (folder, port) => {
  const child = spawn(BINARY, ['up', '--demo', '--listen', `127.0.0.1:${port}`, '--data-dir', folder], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const running = { child, said: '', ended: new Promise((resolve) => child.once('close', resolve)) };
  await new Promise((resolve, reject) => {
    const fail = (error) => {
      clearTimeout(tooLate);
      child.kill('SIGKILL');
      reject(new Error(`${error.message}\n${running.said}`));
    };
    const tooLate = setTimeout(() => fail(new Error('not ready in time')), PATIENCE);
    const hear = (chunk) => {
      running.said += chunk;
      if (/^.*ready in \d+ ms/m.test(running.said)) {
        clearTimeout(tooLate);
        resolve();
      }
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', fail);
    child.once('exit', (code, signal) => fail(new Error(`comanda ended with ${code ?? signal}`)));
  });
  return running;
};

/** Starts the town; resolves when it is ready. */
export const startTown = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'comanda-town-'));
  const home = await freePort();
  let port = home;
  let running = await launch(folder, port);
  return {
    /** The address of a page: `at('orderhub', '/cart')`. */
    at: (service, path = '/') => `http://${service}.comanda.localhost:${port}${path}`,
    /** What it has printed so far, to be shown when a journey fails. */
    said: () => running.said,
    /** Ends it at once, as a power cut does. */
    async cut() {
      running.child.kill('SIGKILL');
      await running.ended;
    },
    /** Starts it over the same folder: where it was, or where nobody looks for it. */
    async startAgain({ elsewhere = false } = {}) {
      port = elsewhere ? await freePort() : home;
      running = await launch(folder, port);
    },
    async stop() {
      running.child.kill('SIGTERM');
      const forced = setTimeout(() => running.child.kill('SIGKILL'), LAST_ORDERS);
      const code = await running.ended;
      clearTimeout(forced);
      await rm(folder, { recursive: true, force: true });
      if (code !== 0) throw new Error(`comanda ended with ${code}\n${running.said}`);
    },
  };
};
