using System.Text;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads the answer of a chat provider for a caller of another format. In what <see cref="ChatAnswerRewriter"/> lets pass, this one
/// understands; what that one does not let pass is read here for callers of the same format, too.</summary>
/// <param name="quirks">What cannot be recognised by itself.</param>
/// <param name="text">The way of the text.</param>
/// <param name="calls">The tool calls so far.</param>
internal sealed class ChatAnswerReader(ProviderQuirks quirks, ChatText text, ChatCalls calls) : IAnswerReader
{
    private readonly ChatMessageAnswer _message = new(text, calls);
    private readonly List<(int Choice, string Native)> _ended = new(1); // in this event; told when it has been read, sources before it
    private AnswerSink _sink = null!; // set at the entrance of both methods
    private bool _sawDelta;
    private bool _sawContents; // choices or usage, in this event
    private bool _hasEnded;
    private bool _hasFailed;

    /// <summary>For the answer to a request that was written for an endpoint.</summary>
    public static ChatAnswerReader For(Endpoint endpoint, NeutralRequest request)
    {
        var repeated = endpoint.Provider.Quirks.RepeatsPrefill && request.Messages is [.., { Role: Role.Assistant } begun]
            ? Encoding.UTF8.GetBytes(string.Concat(begun.Parts.OfType<TextPart>().Select(static p => p.Text)))
            : [];
        return new(endpoint.Provider.Quirks, ChatText.For(endpoint.ThinksInTags, repeated), new ChatCalls());
    }

    public StreamStep ReadEvent(ReadOnlySpan<byte> data, AnswerSink sink)
    {
        _sink = sink;
        return data.SequenceEqual("[DONE]"u8) ? StreamStep.End : TryRead(data) ? StreamStep.More : StreamStep.Garbage;
    }

    public bool TryReadWhole(ReadOnlySpan<byte> body, AnswerSink sink)
    {
        _sink = sink;
        _message.IsWhole = true;
        return TryRead(body);
    }

    private bool TryRead(ReadOnlySpan<byte> data)
    {
        try
        {
            var json = new Utf8JsonReader(data);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            _sawContents = false;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                ReadMember(ref json, data);
            }

            End(data);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private void End(ReadOnlySpan<byte> data)
    {
        if (!_sawContents && !_hasFailed && ChatErrorReader.TryReadBare(data) is { } error)
        {
            Fail(error);
        }

        _hasEnded |= _ended.Count > 0 || _sink.Facts.NativeFinishReason is not null;
        if (_hasEnded && !_hasFailed)
        {
            _message.TellSources(_sink);
        }

        foreach (var (choice, native) in _ended)
        {
            while (calls.TakeBare(choice) is { } bare)
            {
                _sink.ToolCallArguments(choice, bare, "{}"u8); // what clients parse
            }

            _message.EndInputs(choice, _sink);
            var reason = native == "function_call" ? FinishReasons.ToolCalls : FinishReasons.Normalise(native);
            _sink.Finish(choice, native, reason == FinishReasons.Stop && calls.Has(choice) ? FinishReasons.ToolCalls : reason);
        }

        _ended.Clear();
    }

    private void Fail(ProviderErrorBody error)
    {
        _hasFailed = true;
        _sink.Error(error);
    }

    private void ReadMember(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        if (json.ValueTextEquals("choices"u8))
        {
            json.Read();
            ReadChoices(ref json, data);
        }
        else if (json.ValueTextEquals("usage"u8))
        {
            json.Read();
            ReadUsage(ref json, data);
        }
        else if (json.ValueTextEquals("error"u8))
        {
            json.Read();
            if (json.TokenType != JsonTokenType.Null)
            {
                using var document = JsonDocument.ParseValue(ref json);
                Fail(ChatErrorReader.ReadValue(document.RootElement));
            }
        }
        else if (json.ValueTextEquals("id"u8) || json.ValueTextEquals("service_tier"u8))
        {
            ReadName(ref json, isId: json.ValueTextEquals("id"u8));
        }
        else if (ChatSources.IsSources(ref json))
        {
            var isCited = json.ValueTextEquals("citations"u8);
            json.Read();
            _message.Sources.Read(ref json, data, isCited);
        }
        else
        {
            var isGroq = json.ValueTextEquals("x_groq"u8);
            json.Read();
            if (isGroq && json.TokenType == JsonTokenType.StartObject)
            {
                ReadInner(ref json, data);
            }

            json.Skip();
        }
    }

    private void ReadName(ref Utf8JsonReader json, bool isId)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.String || (isId ? _message.AnswerId is not null : _sink.Facts.ServiceTier is not null))
        {
            json.Skip();
        }
        else if (isId)
        {
            _sink.UpstreamId(_message.AnswerId = json.GetString()!);
        }
        else
        {
            _sink.ServiceTier(json.GetString()!);
        }
    }

    // Groq's older place for the usage of a stream.
    private void ReadInner(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isUsage = json.ValueTextEquals("usage"u8);
            json.Read();
            if (isUsage)
            {
                ReadUsage(ref json, data);
            }

            json.Skip();
        }
    }

    private void ReadUsage(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        _sawContents = true;
        if (ChatUsageReader.Read(ref json, quirks) is { } usage)
        {
            _sink.Usage(usage);
        }
    }

    private void ReadChoices(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }

        _sawContents = true;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.StartObject)
            {
                ReadChoice(ref json, data);
            }
            else
            {
                json.Skip();
            }
        }
    }

    // A choice's index may stand behind its delta, so the choice is walked over twice: first for the index, then for what it says.
    private void ReadChoice(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var choice = IndexOf(json);
        string? finish = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("delta"u8))
            {
                _sawDelta = true;
                json.Read();
                _message.Read(ref json, data, choice, _sink);
            }
            else if (json.ValueTextEquals("message"u8))
            {
                // In a stream of deltas it is what has been told, once more.
                var isRepeated = _sawDelta || (!_message.IsWhole && HasDelta(json));
                json.Read();
                if (isRepeated)
                {
                    json.Skip();
                }
                else
                {
                    _message.Read(ref json, data, choice, _sink);
                }
            }
            else if (json.ValueTextEquals("finish_reason"u8))
            {
                json.Read();
                finish = json.TokenType == JsonTokenType.String && json.ValueSpan.Length > 0 ? FinishReasons.Intern(ref json) : finish;
                json.Skip();
            }
            else if (json.ValueTextEquals("logprobs"u8))
            {
                json.Read();
                ReadLogprobs(ref json, data, choice);
            }
            else if (json.ValueTextEquals("usage"u8))
            {
                json.Read();
                ReadUsage(ref json, data); // Moonshot's place
            }
            else if (json.ValueTextEquals("text"u8))
            {
                json.Read();
                text.Take(choice, json.TokenType == JsonTokenType.String ? json.ValueSpan : default, _sink);
                json.Skip();
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        if (finish is not null)
        {
            text.End(choice, _sink);
            _ended.Add((choice, finish));
        }
    }

    private static bool HasDelta(Utf8JsonReader json)
    {
        do
        {
            if (json.ValueTextEquals("delta"u8))
            {
                return true;
            }

            json.Read();
            json.Skip();
        }
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName);

        return false;
    }

    private static int IndexOf(Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isIndex = json.ValueTextEquals("index"u8);
            json.Read();
            if (isIndex && json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var index) && index is >= 0 and < 128)
            {
                return index;
            }

            json.Skip();
        }

        return 0;
    }

    private void ReadLogprobs(ref Utf8JsonReader json, ReadOnlySpan<byte> data, int choice)
    {
        var start = (int)json.TokenStartIndex;
        var isObject = json.TokenType == JsonTokenType.StartObject;
        json.Skip();
        if (isObject)
        {
            _sink.Logprobs(choice, data[start..(int)json.BytesConsumed]);
        }
    }
}
