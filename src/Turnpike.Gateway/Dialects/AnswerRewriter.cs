using System.Text.Json;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects;

/// <summary>Copies an answer, or an event that holds one, with our id and model in it, and the cost in its usage.</summary>
internal static class AnswerRewriter
{
    /// <summary>Writes a usage object of ours, in the words of a dialect.</summary>
    public delegate void UsageWriter(ref PooledBuffer output, in Settled settled);

    /// <summary>Copies while nobody knows yet what it costs.</summary>
    /// <param name="source">JSON that was read before: a whole answer, or an event.</param>
    /// <param name="answer">Where in it the answer's object stands; empty where there is none.</param>
    public static void Append(ref PooledBuffer output, ReadOnlySpan<byte> source, Range answer, AnswerIdentity identity) =>
        Append(ref output, source, answer, identity, settled: null, usage: null);

    /// <summary>Copies with what it cost, and how it was routed where that is to be told.</summary>
    /// <inheritdoc cref="Append(ref PooledBuffer, ReadOnlySpan{byte}, Range, AnswerIdentity)"/>
    /// <param name="usage">For the case that the provider counted nothing.</param>
    public static void AppendBooked(
        ref PooledBuffer output, ReadOnlySpan<byte> source, Range answer, AnswerIdentity identity, in Settled settled, UsageWriter usage) =>
        Append(ref output, source, answer, identity, settled, usage);

    /// <summary>What it cost, as the last members of a usage object.</summary>
    public static void AppendCost(ref PooledBuffer output, in Settled settled)
    {
        output.Append(",\"cost\":"u8);
        JsonText.AppendUsd(ref output, settled.Charged);
        output.Append(",\"is_byok\":false,\"cost_details\":{\"upstream_inference_cost\":null"u8);

        // OpenRouter has one pair of names in responses and another in messages; clients of either find theirs.
        Usd(ref output, ",\"upstream_inference_input_cost\":"u8, settled.Cost.Prompt);
        Usd(ref output, ",\"upstream_inference_output_cost\":"u8, settled.Cost.Completion);
        Usd(ref output, ",\"upstream_inference_prompt_cost\":"u8, settled.Cost.Prompt);
        Usd(ref output, ",\"upstream_inference_completions_cost\":"u8, settled.Cost.Completion);
        output.Append("}"u8);
    }

    /// <summary>How the request was routed, as a member behind others; nothing where the caller did not ask to be told.</summary>
    public static void AppendMetadata(ref PooledBuffer output, ReadOnlyMemory<byte> metadata)
    {
        if (!metadata.IsEmpty)
        {
            output.Append(",\"openrouter_metadata\":"u8);
            output.Append(metadata.Span);
        }
    }

    private static void Usd(ref PooledBuffer output, ReadOnlySpan<byte> member, NanoUsd amount)
    {
        output.Append(member);
        JsonText.AppendUsd(ref output, amount);
    }

    private static void Append(
        ref PooledBuffer output, ReadOnlySpan<byte> source, Range answer, AnswerIdentity identity, Settled? settled, UsageWriter? usage)
    {
        var (start, length) = answer.GetOffsetAndLength(source.Length);
        var copied = 0;
        var sawUsage = false;
        var any = false;
        var seen = 0UL;
        var json = new Utf8JsonReader(source.Slice(start, length));
        while (length > 0 && json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            if (json.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            any = true;
            seen |= identity.WantedAt(ref json);
            var ours = identity.Instead(ref json);
            var isUsage = json.ValueTextEquals("usage"u8);
            json.Read();
            var valueStart = start + (int)json.TokenStartIndex;
            json.Skip();
            var valueEnd = start + (int)json.BytesConsumed;
            if (ours is not null)
            {
                output.Append(source[copied..valueStart]);
                output.Append(ours);
                copied = valueEnd;
            }
            else if (isUsage && settled is { } booked)
            {
                sawUsage = true;
                output.Append(source[copied..valueStart]);
                copied = valueEnd;
                AppendUsage(ref output, source[valueStart..valueEnd], booked, usage!); // one is there where the other is
            }
        }

        if (length > 0)
        {
            var end = start + (int)json.TokenStartIndex;
            output.Append(source[copied..end]);
            copied = end;
            if (settled is { } known)
            {
                if (!sawUsage)
                {
                    output.Append(any ? ",\"usage\":"u8 : "\"usage\":"u8);
                    usage!(ref output, known);
                    any = true;
                }

                AppendMetadata(ref output, known.Metadata);
            }

            AppendWanted(ref output, identity, seen, any);
        }

        output.Append(source[copied..]);
    }

    private static void AppendWanted(ref PooledBuffer output, AnswerIdentity identity, ulong seen, bool any)
    {
        for (var i = 0; i < identity.Wanted.Length; i++)
        {
            if ((seen & (1UL << i)) == 0)
            {
                output.Append(any ? ",\""u8 : "\""u8);
                output.Append(identity.Wanted[i].Name);
                output.Append("\":"u8);
                output.Append(identity.Wanted[i].Otherwise);
                any = true;
            }
        }
    }

    // The provider's own members, but for those that are ours to say; all of them ours where it counted nothing.
    private static void AppendUsage(ref PooledBuffer output, ReadOnlySpan<byte> usage, in Settled settled, UsageWriter ours)
    {
        var any = false;
        var json = new Utf8JsonReader(usage);
        json.Read();
        if (settled.Bill.Basis == BillingBasis.ProviderUsage && json.TokenType == JsonTokenType.StartObject)
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var start = (int)json.TokenStartIndex;
                var isOurs = json.ValueTextEquals("cost"u8) || json.ValueTextEquals("cost_details"u8) || json.ValueTextEquals("is_byok"u8);
                json.Read();
                json.Skip();
                if (!isOurs)
                {
                    output.Append(any ? ","u8 : "{"u8);
                    output.Append(usage[start..(int)json.BytesConsumed]);
                    any = true;
                }
            }
        }

        if (!any)
        {
            ours(ref output, settled);
            return;
        }

        AppendCost(ref output, settled);
        output.Append("}"u8);
    }
}
