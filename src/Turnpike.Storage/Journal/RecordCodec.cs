using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Storage.Journal;

/// <summary>Writes the payloads of holds and settlements; <see cref="HoldView"/> and <see cref="SettlementView"/> read them.</summary>
internal static class RecordCodec
{
    /// <summary>Writes a hold; answers its length.</summary>
    public static int WriteHold(Span<byte> target, Hold hold, string model, string? externalUser)
    {
        var limits = TextLimits.Wide;
        var writer = new RecordWriter(target);
        writer.Long(hold.Key.Account.Id.Value);
        writer.Long(hold.Amount.Value);
        writer.Long(MicroTime.From(hold.At));
        writer.Long(MicroTime.From(hold.LeaseUntil));
        writer.Hash(hold.Key.Key.Hash);
        writer.Text(hold.Id.Value, limits.Id);
        writer.Text(model, limits.Model);
        writer.Text(externalUser, limits.User);
        return writer.Length;
    }

    /// <summary>Writes a settlement; answers its length. Id, account and key are the hold's, whatever the record says.</summary>
    public static int WriteSettlement(
        Span<byte> target, Hold hold, SettlementKind kind, NanoUsd charged, GenerationRecord record, TextLimits limits)
    {
        var writer = new RecordWriter(target);
        var attempts = Math.Min(record.Attempts.IsDefault ? 0 : record.Attempts.Length, limits.Attempts);
        writer.Long(hold.JournalSequence);
        writer.Long(hold.Key.Account.Id.Value);
        writer.Long(hold.Amount.Value);
        writer.Long(charged.Value);
        writer.Long(record.Cost.Value);
        writer.Long(record.PromptCost.Value);
        writer.Long(MicroTime.From(record.CreatedAt));
        writer.Byte((byte)kind);
        writer.Byte((byte)record.Basis);
        writer.Byte((byte)((record.Streamed ? SettlementView.StreamedFlag : 0) | (record.Cancelled ? SettlementView.CancelledFlag : 0)));
        writer.Byte((byte)attempts);
        writer.Int(hold.Day.DayNumber);
        WriteNumbers(ref writer, record);
        writer.Hash(hold.Key.Key.Hash);
        writer.Text(hold.Id.Value, limits.Id);
        WriteTexts(ref writer, record, limits);
        for (var i = 0; i < attempts; i++)
        {
            WriteAttempt(ref writer, record.Attempts[i], limits);
        }

        return writer.Length;
    }

    private static void WriteNumbers(ref RecordWriter writer, GenerationRecord record)
    {
        var usage = record.Usage;
        writer.Int(usage.PromptTokens);
        writer.Int(usage.CompletionTokens);
        writer.Int(usage.CachedTokens);
        writer.Int(usage.CacheWriteTokens);
        writer.Int(usage.ReasoningTokens);
        writer.Int(usage.PromptAudioTokens);
        writer.Int(usage.CompletionAudioTokens);
        writer.Int(usage.CompletionImageTokens);
        writer.Int(record.LatencyMs);
        writer.Int(record.GenerationMs);
        writer.Int(record.ImagesIn);
    }

    // The order is that of GenerationColumns.Texts: the stores bind them as they come.
    private static void WriteTexts(ref RecordWriter writer, GenerationRecord record, TextLimits limits)
    {
        writer.Text(record.Model, limits.Model);
        writer.Text(record.ProviderName, limits.Provider);
        writer.Text(record.EndpointId, limits.Endpoint);
        writer.Text(record.ApiType, limits.Word);
        writer.Text(record.FinishReason, limits.Word);
        writer.Text(record.NativeFinishReason, limits.Word);
        writer.Text(record.UpstreamId, limits.UpstreamId);
        writer.Text(record.ServiceTier, limits.Word);
        writer.Text(record.ExternalUser, limits.User);
        writer.Text(record.SessionId, limits.Session);
        writer.Text(record.HttpReferer, limits.Referer);
        writer.Text(record.AppTitle, limits.Title);
        writer.Text(record.UserAgent, limits.Agent);
        writer.Text(record.RequestId, limits.Request);
        writer.Text(record.ErrorType, limits.Word);
        writer.Text(record.PriceRow, limits.Word);
        writer.Text(Details(record, limits), limits.Details);
    }

    // A text of JSON that is cut is none.
    private static string? Details(GenerationRecord record, TextLimits limits) =>
        record.Details is { IsEmpty: false } details && limits.Details > 0 && details.ToJson() is var json
            && System.Text.Encoding.UTF8.GetByteCount(json) <= limits.Details ? json : null;

    private static void WriteAttempt(ref RecordWriter writer, Attempt attempt, TextLimits limits)
    {
        writer.Int(attempt.Status);
        writer.Int(attempt.LatencyMs);
        writer.Long(attempt.LostCost.Value);
        writer.Text(attempt.EndpointId, limits.Endpoint);
        writer.Text(attempt.ProviderName, limits.Provider);
        writer.Text(attempt.Failure, limits.Word);
    }
}
