// Checks one document, OpenAPI 3.1 or AsyncAPI 3, against the schema of its standard, and what no
// schema can say: that references lead somewhere and that names are unique.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

const require = createRequire(import.meta.url);

const faultsOfOpenApi = async (document) => {
  const { valid, errors } = await new Validator({ strict: false }).validate(structuredClone(document));
  const faults = valid ? [] : [errors].flat().map((error) => error.message
    ? `${error.instancePath ?? ''} ${error.message}` : String(error));
  const seen = new Set();
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [verb, operation] of Object.entries(item)) {
      if (!operation.responses) continue;
      const where = `${verb.toUpperCase()} ${path}`;
      if (!operation.operationId) faults.push(`${where}: no operationId`);
      if (seen.has(operation.operationId)) faults.push(`${where}: operationId ${operation.operationId} is taken`);
      seen.add(operation.operationId);
      for (const [, name] of path.matchAll(/\{([^}]+)\}/g)) {
        const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
        if (!parameters.some((one) => one.in === 'path' && one.name === name)) {
          faults.push(`${where}: parameter ${name} is not described`);
        }
      }
    }
  }
  if (seen.size === 0) faults.push('no operation at all');
  return faults;
};

const faultsOfAsyncApi = (document) => {
  const schema = require(`@asyncapi/specs/schemas/${document.asyncapi}-without-$id.json`);
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats(ajv);
  const validate = ajv.compile(schema);
  const faults = validate(document) ? [] : validate.errors.map((e) => `${e.instancePath} ${e.message}`);
  const messages = Object.entries(document.components?.messages ?? {});
  if (messages.length === 0) faults.push('no message at all');
  for (const [name, message] of messages) {
    try {
      ajv.compile(message.payload ?? {});
    } catch (error) {
      faults.push(`${name}: the payload's schema: ${error.message}`);
    }
  }
  return faults;
};

// Every local reference of `node` that leads nowhere in `document`.
const danglingIn = (node, document, path = '#') => {
  if (node === null || typeof node !== 'object') return [];
  const faults = Object.entries(node).flatMap(([key, value]) => danglingIn(value, document, `${path}/${key}`));
  const target = node.$ref;
  if (typeof target === 'string' && target.startsWith('#/')) {
    const steps = target.slice(2).split('/').map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));
    if (steps.reduce((at, step) => at?.[step], document) === undefined) faults.push(`${path}: ${target} leads nowhere`);
  }
  return faults;
};

const file = process.argv[2];
const document = JSON.parse(readFileSync(file, 'utf8'));
const own = document.asyncapi ? faultsOfAsyncApi(document) : await faultsOfOpenApi(document);
const faults = [...own, ...danglingIn(document, document)];
for (const fault of faults) console.log(`${basename(file)}: ${fault}`);
console.log(`${basename(file)}: ${faults.length === 0 ? 'valid' : `${faults.length} faults`}`);
process.exitCode = faults.length === 0 ? 0 : 1;
