// OpenAI's own JavaScript client, unchanged: another address and another key, nothing else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OpenAI, { AzureOpenAI, toFile } from 'openai';
import { chunk, startGateway, startProvider, usage, weather } from './gateway.mjs';

const tokens = { type: 'tokens', input_tokens: 20, input_token_details: { text_tokens: 0, audio_tokens: 20 }, output_tokens: 2, total_tokens: 22 };
const event = (value) => `data: ${JSON.stringify(value)}\n\n`;

let gateway;
let provider;
let client;

before(async () => {
  provider = await startProvider({
    broken(body, response) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(chunk({ role: 'assistant', content: 'Hel' }));
      setImmediate(() => response.destroy());
    },
    busy(body, response) {
      response.writeHead(429, { 'Content-Type': 'application/json', 'Retry-After': '3' }).end('{"error":{"message":"slow down"}}');
    },
    clerk(body, response) {
      assert.equal(body.stream, 'true');
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(event({ type: 'transcript.text.delta', delta: 'Hel' }));
      response.end(event({ type: 'transcript.text.delta', delta: 'lo' }) + event({ type: 'transcript.text.done', text: 'Hello', usage: tokens }));
    },
    scribe(body, response) {
      assert.equal(body.stream, undefined);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ text: 'Hello', usage: tokens }));
    },
    faint(body, response) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(event({ type: 'transcript.text.delta', delta: 'Hel' }));
      setImmediate(() => response.destroy());
    },
    separators(body, response) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.end(chunk({ role: 'assistant', content: 'a\u2028b' }) + chunk({ content: '\u2029😀' }) + chunk({}, 'stop') + chunk(undefined, null, { usage }) + 'data: [DONE]\n\n');
    },
  });
  gateway = await startGateway({
    providers: [{ id: 'alpha', baseUrl: provider.baseUrl, key: 'k' }],
    models: ['clerk', 'scribe', 'faint'].map((name) => ({ id: `test/${name}`, outputModalities: ['transcription'], parameters: name === 'scribe' ? [] : ['stream'] })),
    endpoints: ['broken', 'busy', 'separators', 'clerk', 'scribe', 'faint'].map((name) => ({
      provider: 'alpha', model: `test/${name}`, upstreamModel: name, prices: { prompt: 1, completion: 2 }, contextLength: 8192,
    })),
  });
  client = new OpenAI({ baseURL: gateway.baseURL, apiKey: gateway.key, maxRetries: 0 });
});

after(async () => {
  await gateway?.stop();
  provider?.stop();
});

const say = (content) => [{ role: 'user', content }];

test('chat', async () => {
  const answer = await client.chat.completions.create({ model: 'turnpike/echo', messages: say('Hello, world') });

  assert.equal(answer.choices[0].message.content, 'Hello, world');
  assert.equal(answer.choices[0].finish_reason, 'stop');
  assert.equal(answer.model, 'turnpike/echo');
  assert.match(answer.id, /^gen-/);
  assert.equal(answer.usage.completion_tokens, 3);
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + 3);
});

test('streaming, read as loops in the wild read it: choices[0] of every chunk', async () => {
  let text = '';
  let last;
  for await (const part of await client.chat.completions.create({ model: 'turnpike/lorem', messages: say('40 tokens'), stream: true })) {
    text += part.choices[0].delta.content ?? '';
    last = part;
  }

  assert.equal(text.length, 160);
  assert.equal(last.usage.completion_tokens, 40);
  assert.ok(last.usage.cost > 0);
});

test('streaming with the usage chunk that OpenAI documents', async () => {
  const parts = [];
  for await (const part of await client.chat.completions.create({
    model: 'turnpike/echo', messages: say('Hello'), stream: true, stream_options: { include_usage: true },
  })) {
    parts.push(part);
  }

  assert.deepEqual(parts.at(-1).choices, []);
  assert.equal(parts.at(-1).usage.completion_tokens, 2);
  assert.equal(parts.map((p) => p.choices[0]?.delta.content ?? '').join(''), 'Hello');
});

test('text with Unicode line separators passes a stream unbroken', async () => {
  let text = '';
  for await (const part of await client.chat.completions.create({ model: 'test/separators', messages: say('x'), stream: true })) {
    text += part.choices[0].delta.content ?? '';
  }

  assert.equal(text, 'a\u2028b\u2029😀');
});

test('a tool loop closes', async () => {
  const messages = say('please call get_weather');
  const asked = await client.chat.completions.create({ model: 'turnpike/echo', messages, tools: [weather] });
  const call = asked.choices[0].message.tool_calls[0];
  messages.push(asked.choices[0].message, { role: 'tool', tool_call_id: call.id, content: 'sunny' });
  const answered = await client.chat.completions.create({ model: 'turnpike/echo', messages, tools: [weather] });

  assert.equal(asked.choices[0].finish_reason, 'tool_calls');
  assert.deepEqual(JSON.parse(call.function.arguments), { city: '', days: 1 });
  assert.equal(answered.choices[0].message.content, 'sunny');
});

test('streamed tool calls are put together by the client', async () => {
  const stream = client.chat.completions.stream({ model: 'turnpike/echo', messages: say('x'), tools: [weather], tool_choice: 'required' });
  const message = await stream.finalMessage();

  assert.equal(message.tool_calls[0].function.name, 'get_weather');
  assert.deepEqual(JSON.parse(message.tool_calls[0].function.arguments), { city: '', days: 1 });
});

test("Azure's client names the model in the address", async () => {
  const azure = new AzureOpenAI({ endpoint: gateway.origin, apiKey: gateway.key, apiVersion: '2024-10-21', maxRetries: 0 });
  const request = { model: 'turnpike/echo', messages: [{ role: 'user', content: 'Hello' }] };

  assert.equal((await azure.chat.completions.create(request)).choices[0].message.content, 'Hello');
  let text = '';
  for await (const { choices } of await azure.chat.completions.create({ ...request, stream: true })) {
    text += choices[0]?.delta.content ?? '';
  }
  assert.equal(text, 'Hello');
  await assert.rejects(azure.chat.completions.create({ ...request, model: 'nobody/nothing' }), (error) => error instanceof OpenAI.NotFoundError && error.code === 'model_not_found');
});

test('JSON answers', async () => {
  const answer = await client.chat.completions.create({ model: 'turnpike/echo', messages: say('hi'), response_format: { type: 'json_object' } });

  assert.deepEqual(JSON.parse(answer.choices[0].message.content), { echo: 'hi' });
});

test('max_tokens ends an answer with length', async () => {
  const answer = await client.chat.completions.create({ model: 'turnpike/lorem', messages: say('x'), max_tokens: 5 });

  assert.equal(answer.choices[0].finish_reason, 'length');
  assert.equal(answer.usage.completion_tokens, 5);
});

test('free models cost nothing', async () => {
  const answer = await client.chat.completions.create({ model: 'turnpike/echo:free', messages: say('hi') });

  assert.equal(answer.usage.cost, 0);
});

test('errors are of the types that the client knows', async (t) => {
  const ask = (options, model = 'turnpike/echo', more = {}) =>
    new OpenAI({ baseURL: gateway.baseURL, apiKey: gateway.key, maxRetries: 0, ...options }).chat.completions.create({ model, messages: say('x'), ...more });

  await t.test('401', () => assert.rejects(ask({ apiKey: 'sk-or-v1-nobody' }), OpenAI.AuthenticationError));
  await t.test('404', () => assert.rejects(ask({}, 'nobody/nothing'), OpenAI.NotFoundError));
  await t.test('400', () => assert.rejects(ask({}, 'turnpike/echo', { temperature: 'hot' }), OpenAI.BadRequestError));
  await t.test('403', () => assert.rejects(ask({ apiKey: gateway.managementKey }), OpenAI.PermissionDeniedError));
  await t.test('429', () => assert.rejects(ask({}, 'test/busy'), (error) => error instanceof OpenAI.RateLimitError && error.headers.get('retry-after') === '3'));
  await t.test('402', async () => {
    const poor = await startGateway({ startingCredit: 0 });
    try {
      await assert.rejects(ask({ baseURL: poor.baseURL, apiKey: poor.key }), (error) => error.status === 402 && /credit/.test(error.message));
    } finally {
      await poor.stop();
    }
  });
});

test('a stream that breaks throws and is not taken for whole', async () => {
  let text = '';
  await assert.rejects(async () => {
    for await (const part of await client.chat.completions.create({ model: 'test/broken', messages: say('x'), stream: true })) {
      text += part.choices[0].delta.content ?? '';
    }
  });

  assert.equal(text, 'Hel');
});

test('leaving a stream leaves the gateway well', async () => {
  const stream = await client.chat.completions.create({ model: 'turnpike/lorem', messages: say('10000 tokens, 100 tokens/s'), stream: true });
  for await (const part of stream) {
    if (part.choices[0].delta.content) {
      break;
    }
  }

  const answer = await client.chat.completions.create({ model: 'turnpike/echo', messages: say('still there?') });
  assert.equal(answer.choices[0].message.content, 'still there?');
});

test('models are listed', async () => {
  const ids = [];
  for await (const model of client.models.list()) {
    ids.push(model.id);
  }

  assert.ok(ids.includes('turnpike/echo') && ids.includes('turnpike/lorem:free') && ids.includes('test/broken'));
});

const transcribe = async (model) => client.audio.transcriptions.create({ file: await toFile(Buffer.alloc(32_000, 7), 'speech.mp3'), model, stream: true });

for (const [model, pieces] of [['test/clerk', ['Hel', 'lo']], ['test/scribe', ['Hello']]]) {
  test(`a transcription as events: ${model}`, async () => {
    const events = [];
    for await (const part of await transcribe(model)) {
      events.push(part);
    }

    assert.deepEqual(events.slice(0, -1).map((e) => e.delta), pieces);
    assert.equal(events.at(-1).type, 'transcript.text.done');
    assert.equal(events.at(-1).text, 'Hello');
    assert.equal(events.at(-1).usage.total_tokens, 22);
    assert.ok(Math.abs(events.at(-1).usage.cost - 24e-6) < 1e-12);
  });
}

test('a transcription that breaks throws', async () => {
  const pieces = [];
  await assert.rejects(async () => {
    for await (const part of await transcribe('test/faint')) {
      pieces.push(part.delta);
    }
  }, OpenAI.APIError);

  assert.deepEqual(pieces, ['Hel']);
});
