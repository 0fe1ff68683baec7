using System.Text;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>A transcription on its way to the caller: the provider's members but for usage, or the text alone.</summary>
internal sealed class TranscriptionFlow(AnswerContext context) : ParsedFlow(context)
{
    public override string ContentType => IsText ? "text/plain; charset=utf-8" : base.ContentType;

    private bool IsText => ((TranscriptionWish)Context.Request.Wish!).Form == "text"; // of the same format

    public override void AppendWholeEnd(in Settled settled)
    {
        if (IsText)
        {
            return;
        }

        Output.Append("\"usage\":{\"type\":"u8);
        Output.Append(Facts.Usage is null ? "\"duration\",\"seconds\":"u8 : "\"tokens\",\"seconds\":"u8);
        AppendSeconds((Counted ?? Context.Request.Wish!.UnitsEstimate).AudioMilliseconds);
        if (Facts.Usage is { } usage)
        {
            AppendCount("input_tokens"u8, usage.PromptTokens);
            AppendCount("output_tokens"u8, usage.CompletionTokens);
            AppendCount("total_tokens"u8, usage.TotalTokens);
        }

        AppendCost(settled);
        Output.Append("}}"u8);
    }

    protected override bool TryTake(JsonElement root)
    {
        // Silence is an answer: a text that is empty, but there.
        if (!root.TryMember("text", out var text) || text.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        Facts.HasContent = true;
        Facts.Usage = root.TryMember("usage", out var usage) ? OperationUsage.Read(usage) : null;
        var seconds = usage.Number("seconds") ?? root.Number("duration");
        Counted = seconds is > 0 and < 1_000_000 and var known ? TranscriptionRules.UnitsOf(known) : null;
        if (IsText)
        {
            Output.Append(Encoding.UTF8.GetBytes(text.GetString()!)); // a string is no null
            return true;
        }

        Output.Append("{"u8);
        foreach (var member in root.EnumerateObject().Where(static m => m.Name != "usage"))
        {
            Output.Append(JsonText.Quote(member.Name));
            Output.Append(":"u8);
            Output.Append(Encoding.UTF8.GetBytes(member.Value.GetRawText()));
            Output.Append(","u8);
        }

        return true;
    }

    private void AppendSeconds(long milliseconds)
    {
        JsonText.AppendUsd(ref Output, new(milliseconds * 1_000_000)); // a decimal number without trailing zeros
        Output.Append(","u8);
    }
}
