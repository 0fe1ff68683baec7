// The AI SDK with OpenAI's and Anthropic's own providers for it, unchanged but for address and key, in front of providers of every dialect.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { APICallError, generateObject, generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { expected, gatewayBefore, pixel, signature, weather } from './dialects.mjs';

const dialects = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini', 'bedrock-converse'];

// How reasoning is asked for. OpenAI's provider knows the models that reason by name, and without `store: false` names items that are kept: those of
// a key that has its responses kept.
// It does not read thoughts from chat, and keeps no signature there.
const vendors = {
  'openai, responses': {
    model: (gateway, id) => createOpenAI({ baseURL: gateway.baseURL, apiKey: gateway.key }).responses(id),
    options: { openai: { store: false, forceReasoning: true, reasoningEffort: 'high', reasoningSummary: 'auto' } },
  },
  'openai, responses that are kept': {
    model: (gateway, id) => createOpenAI({ baseURL: gateway.baseURL, apiKey: gateway.key }).responses(id),
    options: { openai: { forceReasoning: true, reasoningEffort: 'high', reasoningSummary: 'auto' } },
  },
  'openai, chat': {
    model: (gateway, id) => createOpenAI({ baseURL: gateway.baseURL, apiKey: gateway.key }).chat(id),
    options: { openai: { forceReasoning: true, reasoningEffort: 'high' } },
    isWithoutThoughts: true,
  },
  anthropic: {
    model: (gateway, id) => createAnthropic({ baseURL: gateway.baseURL, apiKey: gateway.key })(id),
    options: { anthropic: { thinking: { type: 'enabled', budgetTokens: 2000 }, structuredOutputMode: 'outputFormat' } },
  },
};

const tools = { get_weather: tool({ description: 'Tells the weather', inputSchema: jsonSchema(weather), execute: async ({ city }) => `sunny in ${city}` }) };
const throws = { onError: ({ error }) => { throw error; } };

const running = gatewayBefore(dialects, { responses: { store: true } }, (gateway) =>
  gateway.command('keys', 'responses', 'all', createHash('sha256').update(gateway.key).digest('hex')));

for (const [name, vendor] of Object.entries(vendors)) {
  for (const dialect of dialects) {
    test(`${name} before ${dialect}`, async (t) => {
      const ask = (more = {}) => ({
        model: vendor.model(running.gateway, `test/${dialect}`), prompt: 'Hello', maxOutputTokens: 4000, maxRetries: 0, providerOptions: vendor.options, ...more,
      });

      for (const [way, run] of [['generateText', generateText], ['streamText', (options) => streamText({ ...options, ...throws })]]) {
        await t.test(way, async () => {
          const result = await run(ask());
          const usage = await result.usage;

          assert.deepEqual([await result.text, await result.reasoningText, await result.finishReason], ['Héllo 😀', vendor.isWithoutThoughts ? undefined : 'Let me see', 'stop']);
          assert.deepEqual([usage.inputTokens, usage.inputTokenDetails.cacheReadTokens, usage.outputTokens], [expected.prompt, expected.cached, expected.completion]);
          assert.ok(running.providers.seen.at(-1).isThinking);
        });

        await t.test(`${way} in steps: calls side by side, their results, the thought given back`, async () => {
          const result = await run(ask({ tools, stopWhen: stepCountIs(3) }));
          const steps = await result.steps;

          assert.equal(await result.text, 'It is sunny in Rome and sunny in Bern.');
          assert.deepEqual(steps.map((step) => step.toolCalls.map((call) => call.input.city)), [['Rome', 'Bern'], []]);
          if (dialect !== 'openai-chat' && !vendor.isWithoutThoughts) {
            assert.equal(running.providers.seen.at(-1).signature, signature);
          }
        });
      }

      await t.test('generateObject', async () => {
        assert.deepEqual((await generateObject(ask({ schema: jsonSchema(weather) }))).object, { city: 'Rome' });
        assert.deepEqual(Object.keys(running.providers.seen.at(-1).schema.properties), ['city']);
      });

      await t.test('an image', async () => {
        const content = [{ type: 'text', text: 'What is this?' }, { type: 'image', image: pixel, mediaType: 'image/png' }];
        const { text } = await generateText(ask({ prompt: undefined, messages: [{ role: 'user', content }] }));

        assert.equal(text, `data:image/png;base64,${pixel}`);
      });

      await t.test('a refusal', () => assert.rejects(generateText(ask({ prompt: 'nonsense' })), (error) => APICallError.isInstance(error) && error.statusCode === 400 && !error.isRetryable));
    });
  }
}
