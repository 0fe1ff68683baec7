using System.Text;
using System.Text.Json;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Reads answers of Converse and ConverseStream.</summary>
/// <param name="isAnswerTool">The answer was asked for as the input of a tool.</param>
/// <param name="format">Who can read the thoughts.</param>
internal sealed class BedrockAnswerReader(bool isAnswerTool, string format) : IAnswerReader
{
    private readonly Dictionary<int, Block> _blocks = [];
    private int _calls;
    private int _thoughts;

    public static BedrockAnswerReader For(NeutralRequest request, UpstreamTarget target) => new(
        BedrockNeutralWriter.AnswerFormOf(request).IsTool,
        BedrockModel.Of(target.Endpoint.UpstreamModel).IsClaude ? ReasoningFormats.Anthropic : ReasoningFormats.Unknown);

    public StreamStep ReadEvent(ReadOnlySpan<byte> data, AnswerSink sink)
    {
        try
        {
            var json = new Utf8JsonReader(data);
            using var document = JsonDocument.ParseValue(ref json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Tell(document.RootElement, sink) : StreamStep.Garbage;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return StreamStep.Garbage;
        }
    }

    public bool TryReadWhole(ReadOnlySpan<byte> body, AnswerSink sink)
    {
        try
        {
            var json = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Member(Member(root, "output"), "message") is not { ValueKind: JsonValueKind.Object } message)
            {
                return false;
            }

            var index = 0;
            if (Member(message, "content") is { ValueKind: JsonValueKind.Array } content)
            {
                foreach (var block in content.EnumerateArray())
                {
                    TellBlock(index++, block, sink);
                }
            }

            TellUsage(root, sink);
            TellFinish(root, sink);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private StreamStep Tell(JsonElement root, AnswerSink sink)
    {
        foreach (var member in root.EnumerateObject())
        {
            var value = member.Value;
            switch (member.Name)
            {
                case "contentBlockStart":
                    Start(IndexOf(value), Member(value, "start"), sink);
                    return StreamStep.More;
                case "contentBlockDelta":
                    Add(IndexOf(value), Member(value, "delta"), sink);
                    return StreamStep.More;
                case "contentBlockStop":
                    Stop(IndexOf(value), sink);
                    return StreamStep.More;
                case "messageStop":
                    TellFinish(value, sink);
                    return StreamStep.More;
                case "metadata":
                    TellUsage(value, sink);
                    return StreamStep.End; // nothing follows it
                case "exception":
                    var body = Member(root, "body") is { } said ? JsonSerializer.SerializeToUtf8Bytes(said, BedrockJson.Default.JsonElement) : [];
                    sink.Error(BedrockErrorReader.Read(value.GetString(), body));
                    return StreamStep.More;
                default:
                    return StreamStep.More;
            }
        }

        return StreamStep.Garbage;
    }

    private void Start(int index, JsonElement? start, AnswerSink sink)
    {
        if (Member(start, "toolUse") is { ValueKind: JsonValueKind.Object } use)
        {
            StartCall(index, use, sink);
        }
    }

    private Block StartCall(int index, JsonElement use, AnswerSink sink)
    {
        var name = use.Text("name") ?? "";
        if (isAnswerTool && name == AnthropicAnswerForm.ToolName)
        {
            return _blocks[index] = new(-1);
        }

        var block = _blocks[index] = new(_calls++);
        sink.ToolCallStart(0, block.Number, JsonText.Inside(Encoding.UTF8.GetBytes(use.Text("toolUseId") ?? $"call_{block.Number}")), JsonText.Inside(Encoding.UTF8.GetBytes(name)));
        return block;
    }

    private void Add(int index, JsonElement? delta, AnswerSink sink)
    {
        if (Text(delta, "text") is { } text)
        {
            sink.Text(0, Inside(text));
        }
        else if (Member(delta, "toolUse") is { ValueKind: JsonValueKind.Object } use && use.Text("input") is { } input)
        {
            TellInput(index, input, sink);
        }
        else if (Member(delta, "reasoningContent") is { ValueKind: JsonValueKind.Object } thought)
        {
            TellThought(index, thought.Text("text"), thought.Text("signature"), thought.Text("redactedContent"), sink);
        }
        else if (Member(delta, "citation") is { ValueKind: JsonValueKind.Object } citation)
        {
            TellCitation(citation, sink);
        }
    }

    private void TellInput(int index, string input, AnswerSink sink)
    {
        if (input.Length == 0 || !_blocks.TryGetValue(index, out var block))
        {
            return;
        }

        block.HasInput = true;
        if (block.Number < 0)
        {
            sink.Text(0, Inside(input));
        }
        else
        {
            sink.ToolCallArguments(0, block.Number, Inside(input));
        }
    }

    // A call without input is one without arguments.
    private void Stop(int index, AnswerSink sink)
    {
        if (_blocks.TryGetValue(index, out var block) && !block.HasInput && block.Number >= 0 && !block.IsThought)
        {
            block.HasInput = true;
            sink.ToolCallArguments(0, block.Number, "{}"u8);
        }
    }

    private void TellThought(int index, string? text, string? signature, string? redacted, AnswerSink sink)
    {
        if (!_blocks.TryGetValue(index, out var block))
        {
            _blocks[index] = block = new(_thoughts++) { IsThought = true };
        }

        if (redacted is not null)
        {
            sink.Reasoning(0, new(ReasoningKind.Encrypted, block.Number, format) { Text = Inside(redacted) });
        }
        else
        {
            sink.Reasoning(0, new(ReasoningKind.Text, block.Number, format) { Text = Inside(text ?? ""), Signature = Inside(signature ?? "") });
        }
    }

    private void TellBlock(int index, JsonElement block, AnswerSink sink)
    {
        if (Text(block, "text") is { } text)
        {
            sink.Text(0, Inside(text));
        }
        else if (Member(block, "toolUse") is { ValueKind: JsonValueKind.Object } use)
        {
            StartCall(index, use, sink);
            TellInput(index, Member(use, "input") is { ValueKind: JsonValueKind.Object } input ? input.GetRawText() : "{}", sink);
        }
        else if (Member(block, "reasoningContent") is { ValueKind: JsonValueKind.Object } thought)
        {
            var said = Member(thought, "reasoningText");
            TellThought(index, Text(said, "text"), Text(said, "signature"), thought.Text("redactedContent"), sink);
        }
        else if (Member(block, "citationsContent") is { ValueKind: JsonValueKind.Object } cited)
        {
            TellCited(cited, sink);
        }
    }

    private static void TellCited(JsonElement cited, AnswerSink sink)
    {
        if (Member(cited, "content") is { ValueKind: JsonValueKind.Array } pieces)
        {
            foreach (var piece in pieces.EnumerateArray())
            {
                sink.Text(0, Inside(Text(piece, "text") ?? ""));
            }
        }

        if (Member(cited, "citations") is { ValueKind: JsonValueKind.Array } citations)
        {
            foreach (var citation in citations.EnumerateArray())
            {
                TellCitation(citation, sink);
            }
        }
    }

    // Only what stands on the web has an address.
    private static void TellCitation(JsonElement citation, AnswerSink sink)
    {
        if (Text(Member(Member(citation, "location"), "web"), "url") is { } url)
        {
            sink.Citation(0, new(url, citation.Text("title")));
        }
    }

    private void TellFinish(JsonElement said, AnswerSink sink)
    {
        if (said.Text("stopReason") is not { } native)
        {
            return;
        }

        sink.Finish(0, Core.Errors.GatewayErrors.Bounded(native, 64), native switch
        {
            "tool_use" => isAnswerTool && _calls == 0 ? "stop" : "tool_calls",
            "max_tokens" or "model_context_window_exceeded" => FinishReasons.Length,
            "guardrail_intervened" or "content_filtered" => FinishReasons.ContentFilter,
            "malformed_model_output" or "malformed_tool_use" => FinishReasons.Error,
            _ => "stop",
        });
    }

    // What was read from the cache and written to it is not in inputTokens.
    private static void TellUsage(JsonElement said, AnswerSink sink)
    {
        if (Member(said, "usage") is not { ValueKind: JsonValueKind.Object } usage)
        {
            return;
        }

        var read = Count(usage, "cacheReadInputTokens");
        var written = Count(usage, "cacheWriteInputTokens");
        var prompt = Math.Min(int.MaxValue, (Count(usage, "inputTokens") ?? 0L) + (read ?? 0) + (written ?? 0));
        sink.Usage(new TokenUsage((int)prompt, Count(usage, "outputTokens") ?? 0) { CachedTokens = read, CacheWriteTokens = written, CacheWriteHourTokens = HourOf(usage) });
        if (Text(Member(said, "serviceTier"), "type") is { } tier)
        {
            sink.ServiceTier(tier);
        }
    }

    private static int? HourOf(JsonElement usage)
    {
        if (Member(usage, "cacheDetails") is not { ValueKind: JsonValueKind.Array } details)
        {
            return null;
        }

        long hour = 0;
        foreach (var detail in details.EnumerateArray())
        {
            hour += Text(detail, "ttl") == "1h" ? Count(detail, "inputTokens") ?? 0 : 0;
        }

        return (int)Math.Min(hour, int.MaxValue);
    }

    private static int? Count(JsonElement usage, string name) =>
        usage.Integer(name) is { } count ? (int)Math.Clamp(count, 0, int.MaxValue) : null;

    private static int IndexOf(JsonElement said) => (int)Math.Clamp(said.ValueKind == JsonValueKind.Object ? said.Integer("contentBlockIndex") ?? 0 : 0, 0, int.MaxValue);

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } there && there.TryMember(name, out var value) ? value : null;

    private static string? Text(JsonElement? element, string name) => element is { ValueKind: JsonValueKind.Object } there ? there.Text(name) : null;

    private static ReadOnlySpan<byte> Inside(string text) => JsonText.Inside(Encoding.UTF8.GetBytes(text));

    private sealed class Block(int number)
    {
        /// <summary>Which of the calls, or of the thoughts; below zero for a call whose input is the answer.</summary>
        public int Number { get; } = number;

        public bool IsThought { get; init; }

        public bool HasInput { get; set; }
    }
}
