// OpenAI's own JavaScript client, its responses: in front of a provider that only knows chat.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { chunk, startGateway, startProvider, usage } from './gateway.mjs';

let gateway;
let provider;
let client;

const whole = (message, finish = 'stop') => JSON.stringify({
  id: 'up', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }], usage,
});

before(async () => {
  provider = await startProvider({
    text(body, response) {
      if (!body.stream) {
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(whole({ content: '{"answer":42}' }));
        return;
      }
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.end(chunk({ role: 'assistant', reasoning: 'hm' }) + chunk({ content: 'Hé' }) + chunk({ content: 'llo 😀' }) + chunk({}, 'stop') + chunk(undefined, null, { usage }) + 'data: [DONE]\n\n');
    },
    tools(body, response) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      const call = (index, more, name) => ({ tool_calls: [{ index, ...(name ? { id: `call_${index}`, type: 'function' } : {}), function: { ...(name ? { name } : {}), arguments: more } }] });
      response.end(chunk(call(0, '', 'f')) + chunk(call(0, '{"a":')) + chunk(call(0, '1}')) + chunk(call(1, '{}', 'g')) + chunk({}, 'tool_calls') + 'data: [DONE]\n\n');
    },
  });
  gateway = await startGateway({
    providers: [{ id: 'alpha', baseUrl: provider.baseUrl, key: 'k' }],
    responses: { store: true },
    endpoints: ['text', 'tools'].map((name) => ({
      provider: 'alpha', model: `test/${name}`, upstreamModel: name, prices: { prompt: 1, completion: 2 }, contextLength: 8192,
    })),
  });
  client = new OpenAI({ baseURL: gateway.baseURL, apiKey: gateway.key, maxRetries: 0 });
});

after(async () => {
  await gateway?.stop();
  provider?.stop();
});

test('create', async () => {
  const response = await client.responses.create({ model: 'test/text', input: 'Hello' });

  assert.equal(response.output_text, '{"answer":42}');
  assert.equal(response.status, 'completed');
  assert.equal(response.usage.total_tokens, 12);
  assert.ok(response.usage.cost > 0);
});

test('parse', async () => {
  const schema = { type: 'object', properties: { answer: { type: 'integer' } }, required: ['answer'], additionalProperties: false };
  const response = await client.responses.parse({ model: 'test/text', input: 'Hello', text: { format: { type: 'json_schema', name: 'answer', schema, strict: true } } });

  assert.equal(JSON.parse(response.output_text).answer, 42);
});

test('stream, gathered by the client', async () => {
  let text = '';
  const stream = client.responses.stream({ model: 'test/text', input: 'Hello' });
  stream.on('response.output_text.delta', (event) => (text += event.delta));
  const response = await stream.finalResponse();

  assert.equal(text, 'Héllo 😀');
  assert.equal(response.output_text, text);
  assert.deepEqual(response.output.map((item) => item.type), ['reasoning', 'message']);
});

test('stream of parallel calls', async () => {
  const stream = client.responses.stream({ model: 'test/tools', input: 'Hello', tools: ['f', 'g'].map((name) => ({ type: 'function', name, parameters: { type: 'object' }, strict: false })) });
  const response = await stream.finalResponse();

  assert.deepEqual(response.output.map((item) => [item.name, item.call_id, item.arguments]), [['f', 'call_0', '{"a":1}'], ['g', 'call_1', '{}']]);
});

test('what is not stored is refused', async () => {
  await assert.rejects(client.responses.create({ model: 'test/text', input: 'Hello', previous_response_id: 'resp_1' }), (error) => error.status === 400 && error.param === 'previous_response_id');
});

test('what is stored is gone on with, read and deleted', async () => {
  const first = await client.responses.create({ model: 'test/text', input: 'Hello', store: true });
  const second = await client.responses.create({ model: 'test/text', input: 'and?', store: true, previous_response_id: first.id });
  const texts = [];
  for await (const item of client.responses.inputItems.list(second.id, { order: 'asc', limit: 2 })) {
    texts.push(typeof item.content === 'string' ? item.content : item.content[0].text);
  }

  assert.equal((await client.responses.retrieve(second.id)).output_text, '{"answer":42}');
  assert.equal(second.previous_response_id, first.id);
  assert.deepEqual(texts, ['Hello', '{"answer":42}', 'and?']);
  await client.responses.delete(first.id);
  await assert.rejects(client.responses.retrieve(first.id), OpenAI.NotFoundError);
});
