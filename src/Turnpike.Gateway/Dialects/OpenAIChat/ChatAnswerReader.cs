using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads the answer of a chat provider for a caller of another format. In what <see cref="ChatAnswerRewriter"/> lets pass, this one
/// understands.</summary>
internal sealed class ChatAnswerReader : IAnswerReader
{
    // Which of the calls of a choice stands at which index of the provider's, in the order in which they began.
    private readonly List<(int Choice, int Index, int Call)> _calls = [];
    private AnswerSink _sink = null!; // set at the entrance of both methods

    public StreamStep ReadEvent(ReadOnlySpan<byte> data, AnswerSink sink)
    {
        _sink = sink;
        return data.SequenceEqual("[DONE]"u8) ? StreamStep.End : TryRead(data) ? StreamStep.More : StreamStep.Garbage;
    }

    public bool TryReadWhole(ReadOnlySpan<byte> body, AnswerSink sink)
    {
        _sink = sink;
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

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                ReadMember(ref json, data);
            }

            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
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
                _sink.Error(ChatErrorReader.ReadValue(document.RootElement));
            }
        }
        else
        {
            var isId = json.ValueTextEquals("id"u8);
            var isTier = !isId && json.ValueTextEquals("service_tier"u8);
            json.Read();
            if ((isId || isTier) && json.TokenType == JsonTokenType.String)
            {
                Tell(isId, json.GetString()!);
            }

            json.Skip();
        }
    }

    private void Tell(bool isId, string value)
    {
        if (isId)
        {
            _sink.UpstreamId(value);
        }
        else
        {
            _sink.ServiceTier(value);
        }
    }

    private void ReadUsage(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        var members = new PooledBuffer();
        if (ChatUsageReader.Read(ref json, data, ref members) is { } usage)
        {
            _sink.Usage(usage);
        }

        members.Dispose();
    }

    private void ReadChoices(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }

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
            if (json.ValueTextEquals("delta"u8) || json.ValueTextEquals("message"u8))
            {
                json.Read();
                ReadMessage(ref json, data, choice);
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
            else if (json.ValueTextEquals("text"u8))
            {
                json.Read();
                _sink.Text(choice, json.TokenType == JsonTokenType.String ? json.ValueSpan : default);
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
            _sink.Finish(choice, finish, FinishReasons.Normalise(finish));
        }
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

    private void ReadMessage(ref Utf8JsonReader json, ReadOnlySpan<byte> data, int choice)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        var message = new ChatMessageMembers(ref json);
        if (message.Details is { } details)
        {
            ChatDetailsReader.Read(data[details], choice, _sink);
        }
        else if (message.Reasoning is { } reasoning)
        {
            _sink.Reasoning(choice, new(ReasoningKind.Text, 0, format: null) { Text = data[reasoning] });
        }

        if (message.Content is { } content)
        {
            ReadContent(data[content], choice);
        }

        if (message.Refusal is { } refusal)
        {
            _sink.Refusal(choice, data[refusal]);
        }

        if (message.Images is { } images)
        {
            ChatMediaAnswer.ReadImages(data[images], choice, _sink);
        }

        if (message.Audio is { } audio)
        {
            _sink.Audio(choice, data[audio]);
        }

        if (message.Annotations is { } annotations)
        {
            ChatMediaAnswer.ReadCitations(data[annotations], choice, _sink);
        }

        if (message.ToolCalls is { } calls)
        {
            ReadCalls(data[calls], choice);
        }
    }

    // A string (then the range is its inside), or Mistral's and others' array of parts.
    private void ReadContent(ReadOnlySpan<byte> content, int choice)
    {
        if (content is not [(byte)'[', ..])
        {
            _sink.Text(choice, content);
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(content.ToArray());
            foreach (var part in document.RootElement.EnumerateArray())
            {
                ReadContentPart(part, choice);
            }
        }
        catch (JsonException)
        {
            _sink.Text(choice, content); // a text that begins with a bracket
        }
    }

    private void ReadContentPart(JsonElement part, int choice)
    {
        if (part.TryMember("thinking", out var thinking))
        {
            var texts = thinking.ValueKind == JsonValueKind.Array ? thinking.EnumerateArray().Select(static t => t.Text("text") ?? "") : [thinking.ToString()];
            _sink.Reasoning(choice, new(ReasoningKind.Text, 0, format: null) { Text = JsonText.Inside(string.Concat(texts)) });
        }
        else if (part.Text("text") is { } text)
        {
            _sink.Text(choice, JsonText.Inside(text));
        }
    }

    private void ReadCalls(ReadOnlySpan<byte> calls, int choice)
    {
        var json = new Utf8JsonReader(calls);
        json.Read();
        if (json.TokenType == JsonTokenType.StartObject)
        {
            ReadCall(ref json, calls, choice, 0); // function_call, the form before tools
            return;
        }

        var position = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.StartObject)
            {
                ReadCall(ref json, calls, choice, position++);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private void ReadCall(ref Utf8JsonReader json, ReadOnlySpan<byte> calls, int choice, int position)
    {
        var members = new ChatCallMembers(ref json, position);
        var call = Known(choice, members.Index, out var isNew);
        if (isNew)
        {
            _calls.Add((choice, members.Index, call));
            ReadOnlySpan<byte> id = members.Id is { } known ? calls[known] : System.Text.Encoding.ASCII.GetBytes($"call_{choice}_{call}");
            _sink.ToolCallStart(choice, call, id, members.Name is { } name ? calls[name] : default);
        }

        if (members.Arguments is { } arguments)
        {
            _sink.ToolCallArguments(choice, call, calls[arguments]);
        }
        else if (members.ArgumentsObject is { } raw)
        {
            _sink.ToolCallArguments(choice, call, JsonText.Inside(calls[raw]));
        }
    }

    // The call's number among those of its choice.
    private int Known(int choice, int index, out bool isNew)
    {
        var ofChoice = 0;
        foreach (var known in _calls)
        {
            if (known.Choice == choice)
            {
                if (known.Index == index)
                {
                    isNew = false;
                    return known.Call;
                }

                ofChoice++;
            }
        }

        isNew = true;
        return ofChoice;
    }
}
