using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>A transcription on its way to the caller: the provider's members but for usage, or the text alone; or events, the provider's own as they
/// come, else its whole answer as one piece and its end.</summary>
/// <remarks>The events are OpenAI's (its API reference, "Create transcription", streaming).</remarks>
internal sealed class TranscriptionFlow(AnswerContext context) : ParsedFlow(context)
{
    // What the end tells but for what it cost, with a comma behind each member.
    private byte[] _members = [];

    public override string ContentType => IsText ? "text/plain; charset=utf-8" : base.ContentType;

    /// <inheritdoc/>
    public override bool MayComeWhole => true;

    private bool AsEvents => Context.Request.Stream;

    private bool IsText => !AsEvents && Wish.Form == "text";

    private TranscriptionWish Wish => (TranscriptionWish)Context.Request.Wish!; // of the same format

    public override StreamStep TakeEvent(ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            return StreamStep.End;
        }

        try
        {
            var json = new Utf8JsonReader(data);
            using var document = JsonDocument.ParseValue(ref json);
            json.Read(); // nothing may follow it; the reader throws where something does
            return document.RootElement.ValueKind == JsonValueKind.Object ? TakeEvent(document.RootElement, data) : StreamStep.Garbage;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return StreamStep.Garbage; // not JSON, or a string in it is not valid Unicode
        }
    }

    public override void AppendWholeEnd(in Settled settled)
    {
        if (!IsText)
        {
            Output.Append("{"u8);
            AppendMembers(settled);
        }
    }

    public override void AppendEnd(in Settled settled, bool isCut)
    {
        Output.Append("data: {\"type\":\"transcript.text.done\","u8);
        AppendMembers(settled);
        Output.Append("\n\n"u8);
    }

    public override void AppendError(GatewayError error) => AudioEvents.AppendError(ref Output, error);

    protected override bool TryTake(JsonElement root)
    {
        if (!TryTakeEnd(root, out var text))
        {
            return false;
        }

        if (IsText)
        {
            Output.Append(Encoding.UTF8.GetBytes(text.GetString()!)); // a string is no null
        }
        else if (AsEvents && !text.ValueEquals(""u8))
        {
            Output.Append("data: {\"type\":\"transcript.text.delta\",\"delta\":"u8);
            Output.Append(Encoding.UTF8.GetBytes(text.GetRawText()));
            Output.Append("}\n\n"u8);
        }

        return true;
    }

    private StreamStep TakeEvent(JsonElement root, ReadOnlySpan<byte> data)
    {
        var isTyped = root.TryMember("type"u8, out var type) && type.ValueKind == JsonValueKind.String;
        if (root.TryMember("error"u8, out var error) && error.ValueKind != JsonValueKind.Null)
        {
            Facts.Error = ChatErrorReader.ReadValue(error);
        }
        else if (!isTyped)
        {
            return StreamStep.Garbage;
        }
        else if (type.ValueEquals("error"u8))
        {
            Facts.Error = ChatErrorReader.ReadValue(root);
        }
        else if (type.ValueEquals("transcript.text.done"u8))
        {
            Facts.NativeFinishReason = "stop";
            return TryTakeEnd(root, out _) ? StreamStep.End : StreamStep.Garbage;
        }
        else
        {
            TakeText(root);
            Output.Append("data: "u8);
            Output.Append(data);
            Output.Append("\n\n"u8);
        }

        return StreamStep.More;
    }

    // Of a piece, or of a speaker's segment, which comes in place of pieces.
    private void TakeText(JsonElement root)
    {
        var bytes = BytesOf(root, "delta"u8) is > 0 and var piece ? piece : BytesOf(root, "text"u8);
        if (bytes > 0)
        {
            Facts.HasContent = true;
            Facts.ContentBytes += bytes;
            Counted = TranscriptionRules.UnitsOf(Wish.SecondsSeen(Facts));
        }
    }

    // As written in JSON, without the quotes.
    private static int BytesOf(JsonElement root, ReadOnlySpan<byte> name) =>
        root.TryMember(name, out var text) && text.ValueKind == JsonValueKind.String ? JsonMarshal.GetRawUtf8Value(text).Length - 2 : 0;

    // A whole answer, or the last event: the text, and what was used.
    private bool TryTakeEnd(JsonElement root, out JsonElement text)
    {
        // Silence is an answer: a text that is empty, but there.
        if (!root.TryMember("text", out text) || text.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        Facts.HasContent = true;
        Facts.Usage = root.TryMember("usage", out var usage) ? OperationUsage.Read(usage) : null;
        var seconds = usage.Number("seconds") ?? root.Number("duration");
        Counted = seconds is > 0 and < 1_000_000 and var known ? TranscriptionRules.UnitsOf(known) : Counted;
        if (!IsText)
        {
            _members = Members(root);
        }

        return true;
    }

    // As they came, but for those that are ours.
    private byte[] Members(JsonElement root)
    {
        var members = new PooledBuffer();
        try
        {
            foreach (var member in root.EnumerateObject().Where(m => m.Name != "usage" && !(AsEvents && m.Name == "type")))
            {
                members.Append(JsonText.Quote(member.Name));
                members.Append(":"u8);
                members.Append(Encoding.UTF8.GetBytes(member.Value.GetRawText()));
                members.Append(","u8);
            }

            return members.Span.ToArray();
        }
        finally
        {
            members.Dispose();
        }
    }

    private void AppendMembers(in Settled settled)
    {
        Output.Append(_members);
        Output.Append("\"usage\":{\"type\":"u8);
        Output.Append(Facts.Usage is null ? "\"duration\",\"seconds\":"u8 : "\"tokens\",\"seconds\":"u8);
        AppendSeconds((Counted ?? Wish.UnitsEstimate).AudioMilliseconds);
        if (Facts.Usage is { } usage)
        {
            AppendCount("input_tokens"u8, usage.PromptTokens);
            AppendCount("output_tokens"u8, usage.CompletionTokens);
            AppendCount("total_tokens"u8, usage.TotalTokens);
            AppendDetails(usage);
        }

        AppendCost(settled);
        Output.Append("}}"u8);
    }

    private void AppendDetails(in TokenUsage usage)
    {
        if (usage.PromptAudioTokens is { } audio)
        {
            Output.Append("\"input_token_details\":{"u8);
            AppendCount("text_tokens"u8, Math.Max(0, usage.PromptTokens - audio));
            Output.Append("\"audio_tokens\":"u8);
            JsonText.AppendNumber(ref Output, audio);
            Output.Append("},"u8);
        }
    }

    private void AppendSeconds(long milliseconds)
    {
        JsonText.AppendUsd(ref Output, new(milliseconds * 1_000_000)); // a decimal number without trailing zeros
        Output.Append(","u8);
    }
}
