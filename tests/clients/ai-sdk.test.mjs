// The AI SDK with OpenRouter's provider for it, unchanged, in front of providers of dialects that neither of them knows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { APICallError, generateObject, generateText, jsonSchema, stepCountIs, streamObject, streamText, tool } from 'ai';
import { expected, gatewayBefore, pixel, signature, weather } from './dialects.mjs';

const dialects = ['anthropic-messages', 'gemini', 'bedrock-converse', 'openai-responses', 'openai-chat'];

const running = gatewayBefore(dialects);
const openrouter = (model) => createOpenRouter({ apiKey: running.gateway.key, baseURL: running.gateway.baseURL })(model);

const reasoning = { openrouter: { reasoning: { effort: 'high' } } };
const ask = (dialect, more = {}) => ({ model: openrouter(`test/${dialect}`), prompt: 'Hello', maxOutputTokens: 4000, maxRetries: 0, ...more });
const tools = { get_weather: tool({ description: 'Tells the weather', inputSchema: jsonSchema(weather), execute: async ({ city }) => `sunny in ${city}` }) };
const throws = { onError: ({ error }) => { throw error; } };

function isCharged(usage, metadata) {
  assert.deepEqual([usage.inputTokens, usage.inputTokenDetails.cacheReadTokens, usage.outputTokens, usage.totalTokens], [expected.prompt, expected.cached, expected.completion, expected.total]);
  assert.ok(Math.abs(metadata.openrouter.usage.cost - expected.cost) < 1e-12);
}

for (const dialect of dialects) {
  test(dialect, async (t) => {
    await t.test('generateText', async () => {
      const { text, reasoningText, finishReason, usage, providerMetadata } = await generateText(ask(dialect, { providerOptions: reasoning }));

      assert.deepEqual([text, reasoningText, finishReason], ['Héllo 😀', 'Let me see', 'stop']);
      assert.ok(running.providers.seen.at(-1).isThinking);
      isCharged(usage, providerMetadata);
      assert.equal(providerMetadata.openrouter.provider, dialect);
    });

    await t.test('streamText', async () => {
      const stream = streamText({ ...ask(dialect), ...throws });
      let text = '';
      for await (const piece of stream.textStream) {
        text += piece;
      }

      assert.deepEqual([text, await stream.reasoningText, await stream.finishReason], ['Héllo 😀', 'Let me see', 'stop']);
      isCharged(await stream.usage, await stream.providerMetadata);
    });

    for (const [name, run] of [['generateText', generateText], ['streamText', (options) => streamText({ ...options, ...throws })]]) {
      await t.test(`${name} in steps: calls side by side, their results, the thought given back`, async () => {
        const result = await run(ask(dialect, { tools, stopWhen: stepCountIs(3), providerOptions: reasoning }));
        const steps = await result.steps;

        assert.equal(await result.text, 'It is sunny in Rome and sunny in Bern.');
        assert.equal(steps.length, 2);
        assert.deepEqual(steps[0].toolCalls.map((call) => [call.toolName, call.input]), [['get_weather', { city: 'Rome' }], ['get_weather', { city: 'Bern' }]]);
        assert.deepEqual([steps[0].finishReason, steps[1].finishReason], ['tool-calls', 'stop']);
        if (dialect !== 'openai-chat') {
          assert.equal(running.providers.seen.at(-1).signature, signature);
        }
      });
    }

    await t.test('generateObject and streamObject', async () => {
      const whole = await generateObject(ask(dialect, { schema: jsonSchema(weather) }));
      assert.deepEqual(Object.keys(running.providers.seen.at(-1).schema.properties), ['city']);
      const streamed = streamObject({ ...ask(dialect, { schema: jsonSchema(weather) }), ...throws });
      let partial;
      for await (partial of streamed.partialObjectStream);

      assert.deepEqual([whole.object, partial, await streamed.object], Array(3).fill({ city: 'Rome' }));
    });

    await t.test('an image', async () => {
      const content = [{ type: 'text', text: 'What is this?' }, { type: 'image', image: pixel, mediaType: 'image/png' }];
      const { text } = await generateText(ask(dialect, { prompt: undefined, messages: [{ role: 'user', content }] }));

      assert.equal(text, `data:image/png;base64,${pixel}`);
    });
  });
}

test('errors of providers, all at once since each is tried again for a while', () => Promise.all(dialects.flatMap((dialect) => {
  const isTold = (error) => APICallError.isInstance(error) && error.statusCode === 429 && error.isRetryable && error.message.includes('refused with 429');
  const inStream = async () => {
    for await (const part of streamText(ask(dialect, { prompt: 'too fast', onError() {} })).fullStream) {
      if (part.type === 'error') {
        throw part.error;
      }
    }
  };
  return [assert.rejects(generateText(ask(dialect, { prompt: 'too fast' })), isTold), assert.rejects(inStream, isTold)];
})));

test('errors of ours', async () => {
  const stranger = createOpenRouter({ apiKey: 'sk-or-v1-nobody', baseURL: running.gateway.baseURL });

  await assert.rejects(generateText({ model: stranger('test/gemini'), prompt: 'Hello', maxRetries: 0 }), (error) => error.statusCode === 401);
  await assert.rejects(generateText(ask('none')), (error) => error.statusCode === 404 && error.message.includes('test/none'));
});
