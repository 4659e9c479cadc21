// A town of its own for one file of journeys, as an operator runs it: a process for each service behind
// NGINX as it ships, with TLS, on real subdomains of `town.test`.

import { execFile, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync, openSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const { COMANDA_BINARY, COMANDA_NGINX, COMANDA_TEST_CERTIFICATE, COMANDA_TEST_CERTIFICATE_KEY } = process.env;

/** What everything is under. */
export const DOMAIN = 'town.test';

/** The services, and the ports that the example of `deploy/nginx` gives them. */
const SERVICES = { accounts: 8084, prepstation: 8083, orderhub: 8082, landing: 8081 };
const PATIENCE = 60_000;

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

/** Starts a process; `said` grows with what it says, `ended` resolves with how. */
const launch = (program, parameters, options = {}) => {
  const child = spawn(program, parameters, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const running = { child, said: '' };
  running.ended = new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
    child.once('error', (error) => { running.said += error; resolve(error.code); });
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => { running.said += chunk; });
  return running;
};

/** Resolves once `ask` is true; fails when the process has ended before, or too late. */
const until = async (what, running, ask) => {
  let end;
  running.ended.then((how) => { end = how; });
  const tooLate = performance.now() + PATIENCE;
  while (!await ask()) {
    if (end !== undefined || performance.now() > tooLate) {
      throw new Error(`${what}: ${end === undefined ? 'not in time' : `ended with ${end}`}\n${running.said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

const listens = (port) => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
  socket.once('error', () => resolve(false));
});

const end = async (running) => {
  running.child.kill('SIGTERM');
  const forced = setTimeout(() => running.child.kill('SIGKILL'), 15_000);
  await running.ended;
  clearTimeout(forced);
};

/** NGINX with the shipped configuration, in front of these ports. */
const startNginx = async (folder, port, ports) => {
  const town = join(folder, 'town');
  await mkdir(town);
  await copyFile(join(COMANDA_NGINX, 'nginx.conf'), join(folder, 'nginx.conf'));
  await copyFile(COMANDA_TEST_CERTIFICATE, join(town, 'fullchain.pem'));
  await copyFile(COMANDA_TEST_CERTIFICATE_KEY, join(town, 'privkey.pem'));
  const example = join(COMANDA_NGINX, 'town.example');
  for (const name of await readdir(example)) {
    let text = await readFile(join(example, name), 'utf8');
    text = text.replaceAll('example\\.com', DOMAIN.replace('.', '\\.')).replaceAll('example.com', DOMAIN);
    if (name === 'listen.conf') text = `listen 127.0.0.1:${port} ssl http2;\n`;
    if (name === 'listen-plain.conf') text = `listen unix:${join(folder, 'plain.sock')};\n`;
    if (name === 'upstreams.conf') {
      for (const [service, shown] of Object.entries(SERVICES)) {
        text = text.replaceAll(`127.0.0.1:${shown} `, `127.0.0.1:${ports[service]} `);
      }
      // Who is not root cannot write where the package does.
      for (const kind of ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) {
        text += `${kind}_temp_path ${join(folder, kind)};\n`;
      }
    }
    await writeFile(join(town, name), text);
  }
  const program = existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx';
  // It opens its own output once more, which a socket does not allow.
  const log = openSync(join(folder, 'nginx.log'), 'w');
  const nginx = launch(program, [
    '-c', join(folder, 'nginx.conf'), '-g', `daemon off; pid ${join(folder, 'nginx.pid')};`,
  ], { stdio: ['ignore', log, 'pipe'] });
  await until('NGINX to listen', nginx, () => listens(port));
  return nginx;
};

/** Starts the demo town; `settings` are lines for its settings file. Resolves when all services are ready. */
export const startTown = async (settings = []) => {
  const folder = await mkdtemp(join(tmpdir(), 'comanda-identity-'));
  const port = await freePort();
  const ports = {};
  for (const service of Object.keys(SERVICES)) ports[service] = await freePort();
  const config = join(folder, 'comanda.toml');
  await writeFile(config, [
    `domain = "${DOMAIN}"`, 'public_scheme = "https"', `public_port = ${port}`,
    `data_dir = "${join(folder, 'data')}"`,
    `accounts.internal_url = "http://127.0.0.1:${ports.accounts}"`, 'telemetry.filter = "warn"',
    ...settings, '',
  ].join('\n'));
  const running = [];
  const stop = async () => {
    await Promise.all(running.map(end));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const demo = launch(COMANDA_BINARY, ['up', '--demo', '--listen', '127.0.0.1:0', '--config', config]);
    running.push(demo);
    await until('the demo to be loaded', demo, () => demo.said.includes('ready in'));
    await end(demo);
    for (const service of Object.keys(SERVICES)) {
      const listen = `127.0.0.1:${ports[service]}`;
      const one = launch(COMANDA_BINARY, [service, '--listen', listen, '--config', config]);
      running.push(one);
      await until(service, one, () => listens(ports[service]));
    }
    running.push(await startNginx(folder, port, ports));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    /** The address of a page: `at('orderhub', '/cart')`. */
    at: (service, path = '/') => `https://${service}.${DOMAIN}:${port}${path}`,
    /** What all processes have printed, to be shown when a journey fails. */
    said: () => running.map((one) => one.said).join('\n'),
    /** A command of this town, with its output. */
    run: (...parameters) => promisify(execFile)(
      COMANDA_BINARY, [...parameters, '--config', config], { env: environment() },
    ),
    stop,
  };
};
