// Anthropic's own JavaScript client, in front of a provider that only knows chat: base address and key, nothing else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { chunk, startGateway, startProvider, usage } from './gateway.mjs';

let gateway;
let provider;
let client;

const whole = (message, finish = 'stop') => JSON.stringify({
  id: 'up', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }], usage,
});
const ask = (model, more = {}) => ({ model: `test/${model}`, max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }], ...more });
const tools = ['f', 'g'].map((name) => ({ name, input_schema: { type: 'object' } }));

before(async () => {
  const stream = (response, ...events) => response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end(events.join('') + 'data: [DONE]\n\n');
  provider = await startProvider({
    text(body, response) {
      if (!body.stream) {
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(whole({ content: 'Héllo' }));
        return;
      }
      stream(response, chunk({ role: 'assistant', reasoning: 'hm' }), chunk({ content: 'Hé' }), chunk({ content: 'llo 😀' }), chunk({}, 'stop'), chunk(undefined, null, { usage }));
    },
    tools(body, response) {
      if (body.messages.some((message) => message.role === 'tool')) {
        stream(response, chunk({ content: body.messages.filter((message) => message.role === 'tool').map((message) => message.content).join() }), chunk({}, 'stop'));
        return;
      }
      const call = (index, more, name) => ({ tool_calls: [{ index, ...(name ? { id: `call_${index}`, type: 'function' } : {}), function: { ...(name ? { name } : {}), arguments: more } }] });
      stream(response, chunk(call(0, '', 'f')), chunk(call(0, '{"a":')), chunk(call(0, '1}')), chunk(call(1, '{}', 'g')), chunk({}, 'tool_calls'));
    },
    cut(body, response) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(chunk({ content: 'Hel' }), () => response.destroy());
    },
    busy(body, response) {
      response.writeHead(429, { 'Content-Type': 'application/json' }).end('{"error":{"message":"slow down"}}');
    },
  });
  gateway = await startGateway({
    providers: [{ id: 'alpha', baseUrl: provider.baseUrl, key: 'k' }],
    endpoints: ['text', 'tools', 'cut', 'busy'].map((name) => ({
      provider: 'alpha', model: `test/${name}`, upstreamModel: name, prices: { prompt: 1, completion: 2 }, contextLength: 8192,
    })),
  });
  client = new Anthropic({ baseURL: `${gateway.origin}/api`, apiKey: gateway.key, maxRetries: 0 });
});

after(async () => {
  await gateway?.stop();
  provider?.stop();
});

test('create', async () => {
  const message = await client.messages.create(ask('text'));

  assert.deepEqual(message.content.map((block) => [block.type, block.text]), [['text', 'Héllo']]);
  assert.equal(message.stop_reason, 'end_turn');
  assert.deepEqual([message.usage.input_tokens, message.usage.output_tokens], [10, 2]);
  assert.ok(message.usage.cost > 0);
  assert.ok(message._request_id);
});

test('stream, gathered by the client', async () => {
  let text = '';
  const stream = client.messages.stream(ask('text')).on('text', (piece) => (text += piece));
  const message = await stream.finalMessage();

  assert.equal(text, 'Héllo 😀');
  assert.deepEqual(message.content.map((block) => block.type), ['thinking', 'text']);
  assert.equal(await stream.finalText(), text);
  assert.deepEqual([message.stop_reason, message.usage.input_tokens, message.usage.output_tokens], ['end_turn', 10, 2]);
});

test('stream of parallel calls, and their results given back', async () => {
  const message = await client.messages.stream(ask('tools', { tools })).finalMessage();

  assert.equal(message.stop_reason, 'tool_use');
  assert.deepEqual(message.content.map((block) => [block.name, block.id, block.input]), [['f', 'call_0', { a: 1 }], ['g', 'call_1', {}]]);

  const results = message.content.map((block) => ({ type: 'tool_result', tool_use_id: block.id, content: `of ${block.name}` }));
  const next = client.messages.stream(ask('tools', {
    tools, messages: [{ role: 'user', content: 'Hello' }, { role: 'assistant', content: message.content }, { role: 'user', content: results }],
  }));
  assert.equal(await next.finalText(), 'of f,of g');
});

test('count_tokens', async () => {
  const { input_tokens: tokens } = await client.messages.countTokens({ model: 'test/text', messages: [{ role: 'user', content: 'Hello' }] });

  assert.ok(tokens > 0);
});

test('errors have the classes of the client', async () => {
  const stranger = new Anthropic({ baseURL: `${gateway.origin}/api`, apiKey: 'sk-or-v1-wrong', maxRetries: 0 });

  await assert.rejects(stranger.messages.create(ask('text')), Anthropic.AuthenticationError);
  await assert.rejects(client.messages.create(ask('none')), Anthropic.NotFoundError);
  await assert.rejects(client.messages.create(ask('text', { max_tokens: 'many' })), (error) => error instanceof Anthropic.BadRequestError && error.message.includes('max_tokens'));
  await assert.rejects(client.messages.create(ask('busy')), Anthropic.RateLimitError);
  await assert.rejects(client.messages.stream(ask('cut', { rescue: 'off' })).finalMessage(), Anthropic.APIError);
});

test('the runner of tools, which first asks for a conversation that is kept and goes on without', async () => {
  const runnable = ['f', 'g'].map((name) => ({ name, description: name, input_schema: { type: 'object', properties: {} }, parse: (input) => input, run: () => `of ${name}` }));
  const runner = client.beta.messages.toolRunner({ ...ask('tools', { tools: runnable }), stream: true });
  let last;
  for await (const stream of runner) {
    last = await stream.finalMessage();
  }

  assert.equal(last.content.find((block) => block.type === 'text').text, 'of f,of g');
});

test('models are listed page by page', async () => {
  const ids = [];
  for await (const model of client.models.list({ limit: 2 })) {
    assert.deepEqual([model.type, typeof model.display_name], ['model', 'string']);
    ids.push(model.id);
  }

  assert.ok(ids.includes('test/tools') && ids.length > 2 && new Set(ids).size === ids.length);
  assert.equal((await client.models.retrieve('test/tools')).id, 'test/tools');
});
