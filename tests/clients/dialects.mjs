// Providers of every dialect, told what to say without knowing how their dialect says it.
//
// A dialect has: where its provider is (`settings`), what a request says (`read`), and how an answer is said (`whole`, `stream`, `error`).
// An answer is { thought, text, calls: [{ id, name, args }] }; every one costs the same: 10 tokens of prompt, 4 of them from a cache, and 5
// of answer, 3 of them thoughts.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before } from 'node:test';
import { startGateway } from './gateway.mjs';

export const signature = 'c2lnbmVk+/8=';

const cost = (6 * 1 + 4 * 0.5 + 5 * 2) / 1e6;
const finish = (answer, call, stop) => (answer.calls ? call : stop);
const sse = (...events) => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
const named = (...events) => events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
const halves = (text) => [text.slice(0, 3), text.slice(3)];

const chatUsage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, prompt_tokens_details: { cached_tokens: 4 }, completion_tokens_details: { reasoning_tokens: 3 } };
const chat = {
  upstream: 'some-chat',
  settings: { quirks: { reasoningPlace: 'reasoning' } },
  read(body) {
    const parts = body.messages.flatMap((message) => (Array.isArray(message.content) ? message.content : []));
    return {
      results: body.messages.filter((message) => message.role === 'tool').map((message) => message.content),
      image: parts.find((part) => part.type === 'image_url')?.image_url.url,
      tools: body.tools?.map((tool) => tool.function.name),
      schema: body.response_format?.json_schema?.schema,
      isThinking: body.reasoning_effort !== undefined,
      text: JSON.stringify(body.messages),
    };
  },
  whole: (answer) => ({
    id: 'up', object: 'chat.completion', created: 1, model: 'm', usage: chatUsage,
    choices: [{
      index: 0,
      finish_reason: finish(answer, 'tool_calls', 'stop'),
      message: {
        role: 'assistant', content: answer.text ?? null, reasoning: answer.thought,
        tool_calls: answer.calls?.map((call) => ({ id: call.id, type: 'function', function: { name: call.name, arguments: JSON.stringify(call.args) } })),
      },
    }],
  }),
  stream(answer) {
    const chunk = (delta, reason = null) => ({ id: 'up', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: reason }] });
    const calls = (answer.calls ?? []).flatMap((call, index) => [
      chunk({ tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }] }),
      ...halves(JSON.stringify(call.args)).map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]);
    return sse(
      chunk({ role: 'assistant', content: '' }),
      ...(answer.thought ? halves(answer.thought).map((reasoning) => chunk({ reasoning })) : []),
      ...(answer.text ? halves(answer.text).map((content) => chunk({ content })) : []),
      ...calls,
      chunk({}, finish(answer, 'tool_calls', 'stop')),
      { ...chunk({}), choices: [], usage: chatUsage },
    ) + 'data: [DONE]\n\n';
  },
  error: (message) => ({ error: { message } }),
};

const responsesUsage = { input_tokens: 10, input_tokens_details: { cached_tokens: 4 }, output_tokens: 5, output_tokens_details: { reasoning_tokens: 3 }, total_tokens: 15 };
const responses = {
  upstream: 'some-responses',
  read(body) {
    const parts = body.input.flatMap((item) => (Array.isArray(item.content) ? item.content : []));
    return {
      results: body.input.filter((item) => item.type === 'function_call_output').map((item) => item.output),
      image: parts.find((part) => part.type === 'input_image')?.image_url,
      tools: body.tools?.map((tool) => tool.name),
      schema: body.text?.format?.schema,
      signature: body.input.find((item) => item.type === 'reasoning')?.encrypted_content,
      isThinking: body.reasoning?.effort !== undefined,
      text: JSON.stringify(body.input),
    };
  },
  items: (answer) => [
    ...(answer.thought ? [{ type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: answer.thought }], encrypted_content: signature }] : []),
    ...(answer.text ? [{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: answer.text, annotations: [] }] }] : []),
    ...(answer.calls ?? []).map((call) => ({ type: 'function_call', id: `fc_${call.id}`, call_id: call.id, name: call.name, arguments: JSON.stringify(call.args), status: 'completed' })),
  ],
  whole: (answer) => ({ id: 'resp_1', object: 'response', created_at: 1, status: 'completed', model: 'm', output: responses.items(answer), usage: responsesUsage }),
  stream(answer) {
    const pieces = (item, index) => {
      const at = { item_id: item.id, output_index: index };
      const part = { type: 'output_text', text: '', annotations: [] };
      const inner = {
        reasoning: () => halves(answer.thought).map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...at, summary_index: 0, delta })),
        message: () => [
          { type: 'response.content_part.added', ...at, content_index: 0, part },
          ...halves(answer.text).map((delta) => ({ type: 'response.output_text.delta', ...at, content_index: 0, delta })),
          { type: 'response.output_text.done', ...at, content_index: 0, text: answer.text },
          { type: 'response.content_part.done', ...at, content_index: 0, part: { ...part, text: answer.text } },
        ],
        function_call: () => [
          ...halves(item.arguments).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
          { type: 'response.function_call_arguments.done', ...at, arguments: item.arguments },
        ],
      }[item.type]();
      const begun = { reasoning: { summary: [] }, message: { content: [] }, function_call: { arguments: '' } }[item.type];
      return [
        { type: 'response.output_item.added', output_index: index, item: { ...item, ...begun, status: 'in_progress' } },
        ...inner,
        { type: 'response.output_item.done', output_index: index, item },
      ];
    };
    const events = [
      { type: 'response.created', response: { ...responses.whole({}), status: 'in_progress', usage: null } },
      ...responses.items(answer).flatMap(pieces),
      { type: 'response.completed', response: responses.whole(answer) },
    ];
    return named(...events.map((event, index) => ({ ...event, sequence_number: index })));
  },
  error: (message) => ({ error: { message } }),
};

const anthropicUsage = { input_tokens: 6, cache_read_input_tokens: 4, cache_creation_input_tokens: 0, output_tokens: 5 };
const anthropic = {
  upstream: 'claude-sonnet-4-5',
  read(body) {
    const blocks = body.messages.flatMap((message) => (Array.isArray(message.content) ? message.content : []));
    const image = blocks.find((block) => block.type === 'image')?.source;
    return {
      results: blocks.filter((block) => block.type === 'tool_result').map((block) => block.content?.[0]?.text ?? block.content),
      image: image && `data:${image.media_type};base64,${image.data}`,
      tools: body.tools?.map((tool) => tool.name),
      schema: body.output_config?.format?.schema,
      signature: blocks.find((block) => block.type === 'thinking')?.signature,
      isThinking: body.thinking?.type === 'enabled',
      text: JSON.stringify(body.messages),
    };
  },
  blocks: (answer) => [
    ...(answer.thought ? [{ type: 'thinking', thinking: answer.thought, signature }] : []),
    ...(answer.text ? [{ type: 'text', text: answer.text }] : []),
    ...(answer.calls ?? []).map((call) => ({ type: 'tool_use', id: call.id, name: call.name, input: call.args })),
  ],
  whole: (answer) => ({
    id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: anthropic.blocks(answer),
    stop_reason: finish(answer, 'tool_use', 'end_turn'), stop_sequence: null, usage: anthropicUsage,
  }),
  stream(answer) {
    const pieces = (block, index) => {
      const [begun, deltas] = {
        thinking: () => [{ thinking: '', signature: '' }, [
          ...halves(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })), { type: 'signature_delta', signature: block.signature },
        ]],
        text: () => [{ text: '' }, halves(block.text).map((text) => ({ type: 'text_delta', text }))],
        tool_use: () => [{ input: {} }, halves(JSON.stringify(block.input)).map((json) => ({ type: 'input_json_delta', partial_json: json }))],
      }[block.type]();
      return [
        { type: 'content_block_start', index, content_block: { ...block, ...begun } },
        ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
        { type: 'content_block_stop', index },
      ];
    };
    return named(
      { type: 'message_start', message: { ...anthropic.whole({}), content: [], stop_reason: null, usage: { ...anthropicUsage, output_tokens: 1 } } },
      { type: 'ping' },
      ...anthropic.blocks(answer).flatMap(pieces),
      { type: 'message_delta', delta: { stop_reason: finish(answer, 'tool_use', 'end_turn'), stop_sequence: null }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    );
  },
  error: (message) => ({ type: 'error', error: { type: 'some_error', message } }),
};

const gemini = {
  upstream: 'gemini-2.5-flash',
  read(body) {
    const parts = body.contents.flatMap((content) => content.parts);
    const image = parts.find((part) => part.inlineData)?.inlineData;
    const config = body.generationConfig;
    return {
      results: parts.filter((part) => part.functionResponse).map((part) => part.functionResponse.response.result),
      image: image && `data:${image.mimeType};base64,${image.data}`,
      tools: body.tools?.flatMap((tool) => tool.functionDeclarations ?? []).map((tool) => tool.name),
      schema: config?.responseSchema ?? config?.responseJsonSchema,
      signature: parts.find((part) => part.thoughtSignature)?.thoughtSignature,
      isThinking: config?.thinkingConfig?.includeThoughts === true,
      text: JSON.stringify(body.contents),
    };
  },
  parts: (answer) => [
    ...(answer.thought ? [{ text: answer.thought, thought: true }] : []),
    ...(answer.text ? [{ text: answer.text }] : []),
    ...(answer.calls ?? []).map((call, index) => ({ functionCall: { name: call.name, args: call.args }, ...(index === 0 ? { thoughtSignature: signature } : {}) })),
  ],
  event: (parts, more) => ({
    candidates: [{ index: 0, content: { role: 'model', parts }, ...more }], responseId: 'r1',
    usageMetadata: { promptTokenCount: 10, cachedContentTokenCount: 4, candidatesTokenCount: 2, thoughtsTokenCount: 3, totalTokenCount: 15 },
  }),
  whole: (answer) => gemini.event(gemini.parts(answer), { finishReason: 'STOP' }),
  stream: (answer) => sse(...gemini.parts(answer).map((part) => gemini.event([part])), gemini.event([], { finishReason: 'STOP' })),
  error: (message) => ({ error: { message } }),
};

const bedrockUsage = { inputTokens: 6, cacheReadInputTokens: 4, cacheWriteInputTokens: 0, outputTokens: 5, totalTokens: 15 };
const bedrock = {
  upstream: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  settings: { key: undefined, settings: { region: 'eu-central-1', accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' } },
  contentType: 'application/vnd.amazon.eventstream',
  read(body) {
    const blocks = body.messages.flatMap((message) => message.content);
    const image = blocks.find((block) => block.image)?.image;
    return {
      results: blocks.filter((block) => block.toolResult).map((block) => block.toolResult.content[0].text),
      image: image && `data:image/${image.format};base64,${image.source.bytes}`,
      tools: body.toolConfig?.tools.filter((tool) => tool.toolSpec).map((tool) => tool.toolSpec.name),
      schema: body.additionalModelRequestFields?.output_config?.format?.schema,
      signature: blocks.find((block) => block.reasoningContent)?.reasoningContent.reasoningText.signature,
      isThinking: body.additionalModelRequestFields?.thinking?.type === 'enabled',
      text: JSON.stringify(body.messages),
    };
  },
  whole: (answer) => ({
    output: {
      message: {
        role: 'assistant',
        content: [
          ...(answer.thought ? [{ reasoningContent: { reasoningText: { text: answer.thought, signature } } }] : []),
          ...(answer.text ? [{ text: answer.text }] : []),
          ...(answer.calls ?? []).map((call) => ({ toolUse: { toolUseId: call.id, name: call.name, input: call.args } })),
        ],
      },
    },
    stopReason: finish(answer, 'tool_use', 'end_turn'), usage: bedrockUsage, metrics: { latencyMs: 5 },
  }),
  stream(answer) {
    const block = (index, start, deltas) => [
      ...(start ? [['contentBlockStart', { contentBlockIndex: index, start }]] : []),
      ...deltas.map((delta) => ['contentBlockDelta', { contentBlockIndex: index, delta }]),
      ['contentBlockStop', { contentBlockIndex: index }],
    ];
    const blocks = bedrock.whole(answer).output.message.content.flatMap((content, index) => {
      if (content.toolUse) {
        const { input, ...start } = content.toolUse;
        return block(index, { toolUse: start }, halves(JSON.stringify(input)).map((piece) => ({ toolUse: { input: piece } })));
      }
      return content.text
        ? block(index, null, halves(content.text).map((text) => ({ text })))
        : block(index, null, [...halves(answer.thought).map((text) => ({ reasoningContent: { text } })), { reasoningContent: { signature } }]);
    });
    return Buffer.concat([
      ['messageStart', { role: 'assistant' }],
      ...blocks,
      ['messageStop', { stopReason: finish(answer, 'tool_use', 'end_turn') }],
      ['metadata', { usage: bedrockUsage, metrics: { latencyMs: 5 } }],
    ].map(([name, payload]) => eventMessage(name, payload)));
  },
  error: (message) => ({ message }),
};

/** A message of Amazon's binary event stream. */
function eventMessage(name, payload) {
  const header = (key, value) => Buffer.from([key.length, ...Buffer.from(key), 7, 0, value.length, ...Buffer.from(value)]);
  const headers = Buffer.concat([header(':event-type', name), header(':content-type', 'application/json'), header(':message-type', 'event')]);
  const body = Buffer.from(JSON.stringify(payload));
  const message = Buffer.alloc(16 + headers.length + body.length);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(headers.length, 4);
  message.writeUInt32BE(checksum(message.subarray(0, 8)), 8);
  headers.copy(message, 12);
  body.copy(message, 12 + headers.length);
  message.writeUInt32BE(checksum(message.subarray(0, -4)), message.length - 4);
  return message;
}

function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
    }
  }
  return ~sum >>> 0;
}

const dialects = { 'openai-chat': chat, 'openai-responses': responses, 'anthropic-messages': anthropic, gemini, 'bedrock-converse': bedrock };

export const expected = { prompt: 10, cached: 4, completion: 5, total: 15, cost };

export const weather = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };

export const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** What every provider answers: two calls where it has tools, and what they gave afterwards; what it saw; JSON by a schema; else a thought and a text. */
function answerTo(seen) {
  if (seen.results.length > 0) {
    return { text: `It is ${seen.results.join(' and ')}.` };
  }
  if (seen.schema) {
    return { text: '{"city":"Rome"}' };
  }
  if (seen.tools) {
    return { thought: 'I look it up', calls: ['Rome', 'Bern'].map((city, index) => ({ id: `call_${index}`, name: seen.tools[0], args: { city } })) };
  }
  return seen.image ? { text: seen.image } : { thought: 'Let me see', text: 'Héllo 😀' };
}

/** For the tests of a file: providers of these dialects, and a gateway in front of them, both stopped behind the last test. */
export function gatewayBefore(names, config = {}, prepare = undefined) {
  const running = {};
  before(async () => {
    running.providers = await startDialects(...names);
    running.gateway = await startGateway({ ...running.providers.config, ...config });
    await prepare?.(running.gateway);
  });
  after(async () => {
    await running.gateway?.stop();
    running.providers?.stop();
  });
  return running;
}

/** Providers of these dialects on loopback, a model each: `test/DIALECT`. Gives what a gateway's configuration needs, and all that was seen. */
async function startDialects(...names) {
  const seen = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) {
      text += piece;
    }
    const dialect = dialects[request.url.split('/')[1]];
    const body = JSON.parse(text);
    const isStream = body.stream ?? request.url.includes('stream');
    const said = { ...dialect.read(body), isStream };
    seen.push(said);
    const refused = said.text.includes('too fast') ? 429 : said.text.includes('nonsense') ? 400 : 0;
    if (refused) {
      response.writeHead(refused, { 'Content-Type': 'application/json' }).end(JSON.stringify(dialect.error(`refused with ${refused}`)));
    } else if (isStream) {
      response.writeHead(200, { 'Content-Type': dialect.contentType ?? 'text/event-stream' }).end(dialect.stream(answerTo(said)));
    } else {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(dialect.whole(answerTo(said))));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    seen,
    config: {
      providers: names.map((name) => ({ id: name, dialect: name, baseUrl: `http://127.0.0.1:${server.address().port}/${name}`, key: 'k', ...dialects[name].settings })),
      endpoints: names.map((name) => ({
        provider: name, model: `test/${name}`, upstreamModel: dialects[name].upstream, prices: { prompt: 1, completion: 2, cacheRead: 0.5 }, contextLength: 8192,
      })),
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
