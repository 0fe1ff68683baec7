using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Turnpike.Gateway.Providers.Simulator;

/// <summary>Writes a simulated answer in OpenAI's chat format.</summary>
internal sealed class SimulatorWire(SimulatorRequest request, SimulatorAnswer answer, string id, DateTimeOffset created)
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>How many events <see cref="WriteEvent"/> has.</summary>
    public int EventCount => 1 + Contents + 1 + (request.IncludeUsage ? 1 : 0) + 1;

    private int Contents => answer.Calls.Count > 0 ? answer.Calls.Sum(static c => 1 + c.Arguments.Count) : answer.Tokens.Count;

    public static string Quote(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    public static byte[] Error(SimulatorRefusal refusal)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, _options))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("message", refusal.Message);
            json.WriteString("type", "invalid_request_error");
            json.WriteString("param", refusal.Param);
            json.WriteString("code", refusal.Code);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The whole answer.</summary>
    public byte[] WriteWhole()
    {
        _buffer.Clear();
        using (var json = new Utf8JsonWriter(_buffer, _options))
        {
            WriteHead(json, "chat.completion");
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", 0);
            json.WriteStartObject("message");
            json.WriteString("role", "assistant");
            if (answer.Calls.Count == 0)
            {
                json.WriteString("content", string.Concat(answer.Tokens));
            }
            else
            {
                json.WriteNull("content");
                WriteCalls(json);
            }

            json.WriteNull("refusal");
            json.WriteEndObject();
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", answer.FinishReason);
            json.WriteEndObject();
            json.WriteEndArray();
            WriteUsage(json);
            json.WriteEndObject();
        }

        return _buffer.WrittenSpan.ToArray();
    }

    /// <summary>The n-th event of the stream with its blank line: role, contents, finish reason, usage where it was asked for, end.
    /// The bytes are good until the next call.</summary>
    public ReadOnlyMemory<byte> WriteEvent(int index)
    {
        _buffer.Clear();
        if (index == EventCount - 1)
        {
            _buffer.Write("data: [DONE]\n\n"u8);
            return _buffer.WrittenMemory;
        }

        _buffer.Write("data: "u8);
        using (var json = new Utf8JsonWriter(_buffer, _options))
        {
            WriteHead(json, "chat.completion.chunk");
            json.WriteStartArray("choices");
            if (index <= Contents + 1)
            {
                WriteChoice(json, index);
            }

            json.WriteEndArray();
            if (index == Contents + 2)
            {
                WriteUsage(json);
            }
            else if (request.IncludeUsage)
            {
                json.WriteNull("usage");
            }

            json.WriteEndObject();
        }

        _buffer.Write("\n\n"u8);
        return _buffer.WrittenMemory;
    }

    private void WriteChoice(Utf8JsonWriter json, int index)
    {
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("delta");
        if (index == 0)
        {
            json.WriteString("role", "assistant");
            if (answer.Calls.Count == 0)
            {
                json.WriteString("content", "");
            }
            else
            {
                json.WriteNull("content");
            }
        }
        else if (index <= Contents)
        {
            WriteDelta(json, index - 1);
        }

        json.WriteEndObject();
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", index > Contents ? answer.FinishReason : null);
        json.WriteEndObject();
    }

    private void WriteDelta(Utf8JsonWriter json, int at)
    {
        if (answer.Calls.Count == 0)
        {
            json.WriteString("content", answer.Tokens[at]);
            return;
        }

        var call = 0;
        for (; at > answer.Calls[call].Arguments.Count; call++)
        {
            at -= 1 + answer.Calls[call].Arguments.Count;
        }

        var (name, arguments) = answer.Calls[call];
        if (request.UsesFunctions)
        {
            WriteFunction(json, "function_call", at == 0 ? name : null, at == 0 ? "" : arguments[at - 1]);
            return;
        }

        json.WriteStartArray("tool_calls");
        json.WriteStartObject();
        json.WriteNumber("index", call);
        if (at == 0)
        {
            json.WriteString("id", CallId(call));
            json.WriteString("type", "function");
        }

        WriteFunction(json, "function", at == 0 ? name : null, at == 0 ? "" : arguments[at - 1]);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void WriteCalls(Utf8JsonWriter json)
    {
        if (request.UsesFunctions)
        {
            WriteFunction(json, "function_call", answer.Calls[0].Name, string.Concat(answer.Calls[0].Arguments));
            return;
        }

        json.WriteStartArray("tool_calls");
        for (var i = 0; i < answer.Calls.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("id", CallId(i));
            json.WriteString("type", "function");
            WriteFunction(json, "function", answer.Calls[i].Name, string.Concat(answer.Calls[i].Arguments));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFunction(Utf8JsonWriter json, string field, string? name, string arguments)
    {
        json.WriteStartObject(field);
        if (name is not null)
        {
            json.WriteString("name", name);
        }

        json.WriteString("arguments", arguments);
        json.WriteEndObject();
    }

    // Nine letters and digits at the end, so that providers with short ids take them in a later turn.
    private string CallId(int call) => $"call_{id[^8..]}{(char)('a' + (call % 26))}";

    private void WriteHead(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("object", type);
        json.WriteNumber("created", created.ToUnixTimeSeconds());
        json.WriteString("model", request.Model);
        json.WriteString("system_fingerprint", "turnpike-simulator");
    }

    private void WriteUsage(Utf8JsonWriter json)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", request.PromptTokens);
        json.WriteNumber("completion_tokens", answer.CompletionTokens);
        json.WriteNumber("total_tokens", request.PromptTokens + answer.CompletionTokens);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", 0);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details");
        json.WriteNumber("reasoning_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
