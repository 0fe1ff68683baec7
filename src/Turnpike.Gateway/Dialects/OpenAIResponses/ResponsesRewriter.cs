using System.Text.Json;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Copies a response, or an event that holds one, with our id and model in it, and the cost in its usage.</summary>
internal static class ResponsesRewriter
{
    /// <param name="source">JSON that was read before: a whole response, or an event.</param>
    /// <param name="response">Where in it the response object stands; empty where there is none.</param>
    /// <param name="settled">What it cost; null while nobody knows.</param>
    public static void Append(ref PooledBuffer output, ReadOnlySpan<byte> source, Range response, AnswerIdentity identity, Settled? settled)
    {
        var (start, length) = response.GetOffsetAndLength(source.Length);
        var copied = 0;
        var sawUsage = false;
        var any = false;
        var json = new Utf8JsonReader(source.Slice(start, length));
        while (length > 0 && json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            if (json.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            any = true;
            var ours = json.ValueTextEquals("id"u8) ? identity.Id : json.ValueTextEquals("model"u8) ? identity.Model : null;
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
                AppendUsage(ref output, source[valueStart..valueEnd], booked);
            }
        }

        if (settled is { } known && !sawUsage && length > 0)
        {
            var end = start + (int)json.TokenStartIndex;
            output.Append(source[copied..end]);
            copied = end;
            output.Append(any ? ",\"usage\":"u8 : "\"usage\":"u8);
            ResponsesBody.AppendUsage(ref output, known);
        }

        output.Append(source[copied..]);
    }

    // The provider's own members, but for those that are ours to say; all of them ours where it counted nothing.
    private static void AppendUsage(ref PooledBuffer output, ReadOnlySpan<byte> usage, in Settled settled)
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
            ResponsesBody.AppendUsage(ref output, settled);
            return;
        }

        ResponsesBody.AppendCost(ref output, settled);
        output.Append("}"u8);
    }
}
