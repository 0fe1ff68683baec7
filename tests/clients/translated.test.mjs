// Every client in front of providers of every dialect but its own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { OpenRouter } from '@openrouter/sdk';
import OpenAI from 'openai';
import { expected, gatewayBefore, pixel, signature, weather } from './dialects.mjs';

const dialects = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini', 'bedrock-converse'];
const image = `data:image/png;base64,${pixel}`;
const user = (content) => [{ role: 'user', content }];
const results = (calls, make) => calls.map(({ id, args }) => make(id, `sunny in ${args.city}`));

// A client has: its own dialect, `ask` (an answer from messages in its form), what it made of an answer (`read`), and how the turn after a call is said.
const clients = {
  'openai, chat': {
    own: 'openai-chat',
    error: OpenAI.BadRequestError,
    start: (gateway) => new OpenAI({ baseURL: gateway.baseURL, apiKey: gateway.key, maxRetries: 0 }),
    image: () => user([{ type: 'text', text: 'What is this?' }, { type: 'image_url', image_url: { url: image } }]),
    tools: { tools: [{ type: 'function', function: { name: 'get_weather', parameters: weather } }] },
    schema: { response_format: { type: 'json_schema', json_schema: { name: 'place', strict: true, schema: weather } } },
    thinking: { reasoning_effort: 'high' },
    async ask(client, isStream, request) {
      request.max_completion_tokens = 4000;
      if (!isStream) {
        return client.chat.completions.create(request);
      }
      // Of what is not OpenAI's own the client keeps the last piece only.
      const thoughts = newThoughts();
      const answer = await client.chat.completions.stream(request).on('chunk', (chunk) => thoughts.add(chunk.choices[0].delta)).finalChatCompletion();
      Object.assign(answer.choices[0].message, { reasoning: thoughts.text, reasoning_details: thoughts.details });
      return answer;
    },
    read({ choices: [{ message, finish_reason: reason }], usage }) {
      return {
        text: message.content, thought: message.reasoning, reason, cost: usage.cost,
        usage: [usage.prompt_tokens, usage.prompt_tokens_details.cached_tokens, usage.completion_tokens],
        calls: message.tool_calls?.map((call) => ({ id: call.id, args: JSON.parse(call.function.arguments) })),
      };
    },
    reasons: { text: 'stop', calls: 'tool_calls' },
    next: ({ choices: [{ message }] }, calls) => [message, ...results(calls, (id, content) => ({ role: 'tool', tool_call_id: id, content }))],
  },
  'openai, responses': {
    own: 'openai-responses',
    error: OpenAI.BadRequestError,
    start: (gateway) => new OpenAI({ baseURL: gateway.baseURL, apiKey: gateway.key, maxRetries: 0 }),
    image: () => user([{ type: 'input_text', text: 'What is this?' }, { type: 'input_image', image_url: image, detail: 'auto' }]),
    tools: { tools: [{ type: 'function', name: 'get_weather', parameters: weather, strict: false }], include: ['reasoning.encrypted_content'] },
    schema: { text: { format: { type: 'json_schema', name: 'place', strict: true, schema: weather } } },
    thinking: { reasoning: { effort: 'high', summary: 'auto' } },
    async ask(client, isStream, { messages, ...request }) {
      Object.assign(request, { input: messages, max_output_tokens: 4000, store: false });
      return isStream ? client.responses.stream(request).finalResponse() : client.responses.create(request);
    },
    read({ output, output_text: text, status, usage }) {
      const thought = output.find((item) => item.type === 'reasoning');
      const calls = output.filter((item) => item.type === 'function_call').map((item) => ({ id: item.call_id, args: JSON.parse(item.arguments) }));
      return {
        text, thought: thought?.summary[0]?.text ?? thought?.content?.[0]?.text, reason: status, cost: usage.cost,
        usage: [usage.input_tokens, usage.input_tokens_details.cached_tokens, usage.output_tokens],
        calls: calls.length > 0 ? calls : undefined,
      };
    },
    reasons: { text: 'completed', calls: 'completed' },
    next: ({ output }, calls) => [...output, ...results(calls, (id, text) => ({ type: 'function_call_output', call_id: id, output: text }))],
  },
  '@anthropic-ai/sdk': {
    own: 'anthropic-messages',
    error: Anthropic.BadRequestError,
    start: (gateway) => new Anthropic({ baseURL: `${gateway.origin}/api`, apiKey: gateway.key, maxRetries: 0 }),
    image: () => user([{ type: 'text', text: 'What is this?' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } }]),
    tools: { tools: [{ name: 'get_weather', input_schema: weather }] },
    schema: { output_config: { format: { type: 'json_schema', schema: weather } } },
    thinking: { thinking: { type: 'enabled', budget_tokens: 2000 } },
    async ask(client, isStream, request) {
      request.max_tokens = 4000;
      if (!isStream) {
        return client.messages.create(request);
      }
      // The client gathers the usage that it knows, which has no cost.
      let cost;
      const answer = await client.messages.stream(request).on('streamEvent', (event) => (cost = event.usage?.cost ?? cost)).finalMessage();
      answer.usage.cost = cost;
      return answer;
    },
    read({ content, stop_reason: reason, usage }) {
      const calls = content.filter((block) => block.type === 'tool_use').map((block) => ({ id: block.id, args: block.input }));
      return {
        text: content.find((block) => block.type === 'text')?.text, thought: content.find((block) => block.type === 'thinking')?.thinking, reason, cost: usage.cost,
        usage: [usage.input_tokens + usage.cache_read_input_tokens, usage.cache_read_input_tokens, usage.output_tokens],
        calls: calls.length > 0 ? calls : undefined,
      };
    },
    reasons: { text: 'end_turn', calls: 'tool_use' },
    next: ({ content }, calls) => [{ role: 'assistant', content }, ...user(results(calls, (id, text) => ({ type: 'tool_result', tool_use_id: id, content: text })))],
  },
  '@openrouter/sdk': {
    own: 'openai-chat',
    error: { name: 'BadRequestResponseError', statusCode: 400 },
    start: (gateway) => new OpenRouter({ apiKey: gateway.key, serverURL: gateway.baseURL, retryConfig: { strategy: 'none' } }),
    image: () => user([{ type: 'text', text: 'What is this?' }, { type: 'image_url', imageUrl: { url: image } }]),
    tools: { tools: [{ type: 'function', function: { name: 'get_weather', parameters: weather } }] },
    schema: { responseFormat: { type: 'json_schema', jsonSchema: { name: 'place', strict: true, schema: weather } } },
    thinking: { reasoning: { effort: 'high' } },
    async ask(client, isStream, request) {
      const answer = await client.chat.send({ chatRequest: { ...request, maxCompletionTokens: 4000, stream: isStream } });
      return isStream ? gather(answer) : answer;
    },
    read({ choices: [{ message, finishReason: reason }], usage }) {
      return {
        text: message.content, thought: message.reasoning, reason, cost: usage.cost,
        usage: [usage.promptTokens, usage.promptTokensDetails.cachedTokens, usage.completionTokens],
        calls: message.toolCalls?.map((call) => ({ id: call.id, args: JSON.parse(call.function.arguments) })),
      };
    },
    reasons: { text: 'stop', calls: 'tool_calls' },
    next: ({ choices: [{ message }] }, calls) => [message, ...results(calls, (id, content) => ({ role: 'tool', toolCallId: id, content }))],
  },
};

/** Puts the pieces of reasoning in a stream together, as OpenRouter has them: a text, and details that belong together by their index. */
function newThoughts() {
  const thoughts = { text: '', details: [] };
  thoughts.add = (delta) => {
    thoughts.text += delta.reasoning ?? '';
    for (const piece of delta.reasoning_details ?? delta.reasoningDetails ?? []) {
      const known = thoughts.details[piece.index] ?? {};
      const grown = Object.fromEntries(['text', 'summary'].filter((key) => piece[key] ?? known[key]).map((key) => [key, (known[key] ?? '') + (piece[key] ?? '')]));
      thoughts.details[piece.index] = { ...known, ...piece, ...grown };
    }
  };
  return thoughts;
}

/** What OpenRouter's client leaves to its user: the pieces of a stream put together. */
async function gather(stream) {
  const thoughts = newThoughts();
  const answer = { content: '', toolCalls: [] };
  for await (const part of stream) {
    const { delta, finishReason } = part.choices[0];
    thoughts.add(delta);
    answer.content += delta.content ?? '';
    for (const { index, id, function: call } of delta.toolCalls ?? []) {
      answer.toolCalls[index] ??= { id, type: 'function', function: { name: call.name, arguments: '' } };
      answer.toolCalls[index].function.arguments += call.arguments ?? '';
    }
    answer.finishReason = finishReason ?? answer.finishReason;
    answer.usage = part.usage ?? answer.usage;
  }
  const { content, toolCalls, finishReason, usage } = answer;
  const message = { role: 'assistant', content, reasoning: thoughts.text, reasoningDetails: thoughts.details, toolCalls: toolCalls.length > 0 ? toolCalls : undefined };
  return { choices: [{ message, finishReason }], usage };
}

const running = gatewayBefore(dialects);

for (const [name, kind] of Object.entries(clients)) {
  for (const dialect of dialects.filter((known) => known !== kind.own)) {
    test(`${name} before ${dialect}`, async (t) => {
      const client = kind.start(running.gateway);
      const ask = (isStream, more = {}) => kind.ask(client, isStream, { model: `test/${dialect}`, messages: user('Hello'), ...more });

      for (const isStream of [false, true]) {
        await t.test(isStream ? 'a stream' : 'a whole answer', async () => {
          const { text, thought, reason, usage, cost } = kind.read(await ask(isStream, kind.thinking));

          assert.deepEqual([text, thought, reason], ['Héllo 😀', 'Let me see', kind.reasons.text]);
          assert.deepEqual(usage, [expected.prompt, expected.cached, expected.completion]);
          assert.ok(Math.abs(cost - expected.cost) < 1e-12);
          assert.deepEqual([running.providers.seen.at(-1).isStream, running.providers.seen.at(-1).isThinking], [isStream, true]);
        });

        await t.test(`calls side by side and their results${isStream ? ', streamed' : ''}`, async () => {
          const asked = await ask(isStream, { ...kind.tools, ...kind.thinking });
          const { calls, reason } = kind.read(asked);
          assert.deepEqual([calls.map((call) => call.args), reason], [[{ city: 'Rome' }, { city: 'Bern' }], kind.reasons.calls]);

          const messages = [...user('Hello'), ...kind.next(asked, calls)];
          assert.equal(kind.read(await ask(isStream, { ...kind.tools, ...kind.thinking, messages })).text, 'It is sunny in Rome and sunny in Bern.');
          if (dialect !== 'openai-chat') {
            assert.equal(running.providers.seen.at(-1).signature, signature);
          }
        });
      }

      await t.test('JSON by a schema', async () => {
        assert.deepEqual(JSON.parse(kind.read(await ask(false, kind.schema)).text), { city: 'Rome' });
        assert.deepEqual(Object.keys(running.providers.seen.at(-1).schema.properties), ['city']);
      });

      await t.test('an image', async () => assert.equal(kind.read(await ask(false, { messages: kind.image() })).text, image));

      await t.test('a refusal', () => assert.rejects(ask(false, { messages: user('nonsense') }), kind.error));
    });
  }
}
