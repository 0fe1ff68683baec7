// OpenRouter's own JavaScript client, whose parser refuses an answer that lacks any field of its specification.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OpenRouter } from '@openrouter/sdk';
import { startGateway, weather } from './gateway.mjs';

let gateway;
let client;
let manager;

before(async () => {
  gateway = await startGateway();
  client = new OpenRouter({ apiKey: gateway.key, serverURL: gateway.baseURL, retryConfig: { strategy: 'none' } });
  manager = new OpenRouter({ apiKey: gateway.managementKey, serverURL: gateway.baseURL, retryConfig: { strategy: 'none' } });
});

after(() => gateway?.stop());

const send = (request) => client.chat.send({ chatRequest: { model: 'turnpike/echo', messages: [{ role: 'user', content: 'Hello, world' }], ...request } });

test('chat', async () => {
  const answer = await send({});

  assert.equal(answer.choices[0].message.content, 'Hello, world');
  assert.equal(answer.choices[0].finishReason, 'stop');
  assert.equal(answer.usage.completionTokens, 3);
  assert.ok(answer.usage.cost > 0);
});

test('streaming', async () => {
  let text = '';
  let usage;
  for await (const part of await send({ stream: true })) {
    text += part.choices[0]?.delta?.content ?? '';
    usage = part.usage ?? usage;
  }

  assert.equal(text, 'Hello, world');
  assert.equal(usage.completionTokens, 3);
});

test('streaming with usage asked for', async () => {
  let usage;
  for await (const part of await send({ stream: true, streamOptions: { includeUsage: true } })) {
    usage = part.usage ?? usage;
  }

  assert.equal(usage.completionTokens, 3);
});

test('tools', async () => {
  const answer = await send({ tools: [weather], toolChoice: 'required' });

  assert.equal(answer.choices[0].finishReason, 'tool_calls');
  assert.equal(answer.choices[0].message.toolCalls[0].function.name, 'get_weather');
});

test('JSON by a schema', async () => {
  const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'], additionalProperties: false };
  const answer = await send({ responseFormat: { type: 'json_schema', jsonSchema: { name: 'answer', strict: true, schema } } });

  assert.deepEqual(JSON.parse(answer.choices[0].message.content), { ok: false });
});

test('responses', async () => {
  const answer = await client.beta.responses.send({ responsesRequest: { model: 'turnpike/echo', input: 'Hello, world' } });

  assert.equal(answer.output[0].content[0].text, 'Hello, world');
  assert.equal(answer.status, 'completed');
  assert.ok(answer.completedAt >= answer.createdAt);
  assert.ok(answer.usage.cost > 0);
});

test('streaming responses', async () => {
  const types = [];
  let last;
  for await (const event of await client.beta.responses.send({ responsesRequest: { model: 'turnpike/echo', input: 'Hello, world', stream: true } })) {
    types.push(event.type);
    last = event;
  }

  assert.equal(types[0], 'response.created');
  assert.ok(!types.includes('UNKNOWN'), `${types}`);
  assert.equal(last.response.usage.outputTokens, 3);
});

test('the record of a generation says what it cost', async () => {
  const answer = await send({});
  const { data } = await client.generations.getGeneration({ id: answer.id });

  assert.equal(data.id, answer.id);
  assert.equal(data.model, 'turnpike/echo');
  assert.equal(data.providerName, 'Turnpike');
  assert.equal(data.nativeTokensCompletion, 3);
  assert.equal(data.totalCost, answer.usage.cost);
});

test('models', async () => {
  const ids = [];
  for await (const page of await client.models.list()) {
    ids.push(...(page.result?.data ?? page.data).map((m) => m.id));
    break;
  }

  assert.ok(ids.includes('turnpike/echo'));
});

test('the endpoints of a model', async () => {
  const { data } = await client.endpoints.list({ author: 'turnpike', slug: 'echo' });

  assert.equal(data.endpoints[0].providerName, 'Turnpike');
  assert.equal(Number(data.endpoints[0].pricing.prompt), 0.1e-6);
});

test('providers', async () => {
  const { data } = await client.providers.list();

  assert.ok(data.some((p) => p.slug === 'turnpike'));
});

test('the key, with what it has spent', async () => {
  const before = (await client.apiKeys.getCurrentKeyMetadata()).data.usage;
  const answer = await send({});
  const { data } = await client.apiKeys.getCurrentKeyMetadata();

  assert.ok(Math.abs(data.usage - before - answer.usage.cost) < 1e-12);
  assert.equal(data.isManagementKey, false);
  assert.equal(data.limit, null);
});

test('credits, with the management key', async () => {
  const { data } = await manager.credits.getCredits();

  assert.equal(data.totalCredits, 5);
  assert.ok(data.totalUsage > 0 && data.totalUsage < 1);
});

test('errors are of the types that the client knows', async (t) => {
  const stranger = new OpenRouter({ apiKey: 'sk-or-v1-nobody', serverURL: gateway.baseURL, retryConfig: { strategy: 'none' } });
  const request = { chatRequest: { model: 'turnpike/echo', messages: [{ role: 'user', content: 'x' }] } };

  await t.test('401', () => assert.rejects(stranger.chat.send(request), { name: 'UnauthorizedResponseError', statusCode: 401 }));
  await t.test('402', async () => {
    const poor = await startGateway({ startingCredit: 0 });
    try {
      const client = new OpenRouter({ apiKey: poor.key, serverURL: poor.baseURL, retryConfig: { strategy: 'none' } });
      await assert.rejects(client.chat.send(request), { name: 'PaymentRequiredResponseError', statusCode: 402 });
    } finally {
      await poor.stop();
    }
  });
  await t.test('403', () => assert.rejects(client.credits.getCredits(), { name: 'ForbiddenResponseError', statusCode: 403 }));
  await t.test('404', () => assert.rejects(send({ model: 'nobody/nothing' }), { name: 'NotFoundResponseError', statusCode: 404 }));
  await t.test('400', () => assert.rejects(send({ provider: { order: ['turnpike'] }, messages: [] }), { name: 'BadRequestResponseError', statusCode: 400 }));
});
