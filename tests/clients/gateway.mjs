// Starts the real gateway as a process in a folder of its own, and a provider that is told what to answer.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The build that was made last. */
function executable() {
  const builds = ['Release', 'Debug'].map((kind) => join(root, 'src', 'Turnpike', 'bin', kind, 'net10.0', 'Turnpike.dll')).filter(existsSync);
  if (builds.length === 0) {
    throw new Error('there is no build of Turnpike: run dotnet build first');
  }
  return builds.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/** Starts a gateway; gives its address, its two keys, a function that runs one of its commands and one that ends it. */
export async function startGateway(config = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'turnpike-clients-'));
  writeFileSync(join(folder, 'turnpike.json'), JSON.stringify({ logLevel: 'warning', ...config }));
  const { PATH, DOTNET_ROOT } = process.env;
  const run = (...args) => spawn('dotnet', [executable(), ...args], {
    cwd: folder,
    env: { PATH, HOME: folder, ...(DOTNET_ROOT ? { DOTNET_ROOT } : {}) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gateway = run('--urls', 'http://127.0.0.1:0');
  const found = {};
  const started = (async () => {
    for await (const line of createInterface({ input: gateway.stdout })) {
      found.origin ??= /^ {2}address +(http:\S+)/.exec(line)?.[1];
      found.key ??= /^ {2}API key +(sk-or-v1-\w+)/.exec(line)?.[1];
      found.managementKey ??= /^ {2}management key +(sk-or-v1-\w+)/.exec(line)?.[1];
      if (found.origin && found.key && found.managementKey) {
        return;
      }
    }
    throw new Error('the gateway ended before it served');
  })();
  await started;
  gateway.stdout.resume();
  return {
    ...found,
    baseURL: `${found.origin}/api/v1`,
    async command(...args) {
      const command = run(...args);
      command.stdout.resume();
      const [code] = await once(command, 'exit');
      if (code !== 0) {
        throw new Error(`turnpike ${args.join(' ')} ended with ${code}`);
      }
    },
    async stop() {
      if (gateway.exitCode === null) {
        gateway.kill('SIGTERM');
        await once(gateway, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A provider on loopback: each model (as the provider knows it) has a handler (request body, response). */
export async function startProvider(handlers) {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) {
      text += chunk;
    }
    const body = request.headers['content-type']?.startsWith('multipart/form-data') ? fieldsOf(text) : JSON.parse(text);
    handlers[body.model](body, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${server.address().port}/v1`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The fields of a form that are no files. */
function fieldsOf(form) {
  return Object.fromEntries([...form.matchAll(/name="([^"]+)"\r\n\r\n([^\r]*)/g)].map(([, name, value]) => [name, value]));
}

/** An event of OpenAI's chat stream. */
export function chunk(delta, finishReason = null, more = {}) {
  const choices = delta === undefined ? [] : [{ index: 0, delta, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ id: 'up', object: 'chat.completion.chunk', created: 1750000000, model: 'm', choices, ...more })}\n\n`;
}

export const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };

export const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Tells the weather',
    parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } }, required: ['city', 'days'] },
  },
};
