using System.Globalization;
using System.Text;
using System.Text.Json;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Makes of the caller's body the one for an endpoint: the same bytes, but for the fields that are ours.</summary>
internal static class ChatRequestWriter
{
    private static readonly byte[] AddressStart = [.. "{\"url\":"u8];
    private static readonly byte[] AddressEnd = [.. "}"u8];
    private static readonly byte[] AskUsage = [.. "\"stream_options\":{\"include_usage\":true},"u8];

    /// <param name="body">What the caller sent.</param>
    /// <param name="request">What was read of it.</param>
    /// <param name="target">What is particular to the endpoint.</param>
    /// <param name="outputLimit">The output limit that the caller's credit affords; null where its own (or none) will do.</param>
    /// <param name="user">What is sent for the caller's <c>user</c>, as a JSON string; empty leaves a null as it is.</param>
    /// <param name="cacheKey">The same for its <c>prompt_cache_key</c>.</param>
    public static PiecedBody Of(
        ReadOnlyMemory<byte> body, InferenceRequest request, ChatTarget target, long? outputLimit, ReadOnlyMemory<byte> user, ReadOnlyMemory<byte> cacheKey = default)
    {
        var content = new PiecedBody((4 * request.Splices.Length) + 5);
        var askUsage = request.Stream && target.StreamOptions;
        var at = 0;
        var inserted = Inserted(request, outputLimit, target.OutputLimitField, askUsage && !request.HasStreamOptions);
        if (!inserted.IsEmpty)
        {
            content.Add(body[..request.InsertAt]);
            content.Add(inserted);
            at = request.InsertAt;
        }

        foreach (var splice in request.Splices)
        {
            content.Add(body[at..splice.Start]);
            switch (splice.Kind)
            {
                case SpliceKind.Model:
                    Replace(content, body, splice, target.Model);
                    break;
                case SpliceKind.OutputLimit or SpliceKind.OlderOutputLimit:
                    AddLimit(content, body, request, splice, target, outputLimit);
                    break;
                case SpliceKind.User:
                    Replace(content, body, splice, user);
                    break;
                case SpliceKind.BareImage:
                    content.Add(AddressStart);
                    content.Add(body[splice.Start..splice.End]);
                    content.Add(AddressEnd);
                    break;
                case SpliceKind.CacheKey:
                    Replace(content, body, splice, cacheKey);
                    break;
                case SpliceKind.StreamOptions when askUsage:
                    content.Add(WithUsage(body.Span, splice));
                    break;
                case SpliceKind.StreamOptions when !request.Stream:
                    content.Add(body[splice.Start..splice.End]);
                    break;
                case SpliceKind.StreamOptions or SpliceKind.Cut:
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }

            at = splice.End;
        }

        content.Add(body[at..]);
        return content;
    }

    // An empty value leaves the caller's.
    private static void Replace(PiecedBody content, ReadOnlyMemory<byte> body, Splice splice, ReadOnlyMemory<byte> value)
    {
        content.Add(body[splice.Start..splice.ValueStart]);
        content.Add(value.IsEmpty ? body[splice.ValueStart..splice.ValueEnd] : value);
    }

    private static void AddLimit(PiecedBody content, ReadOnlyMemory<byte> body, InferenceRequest request, Splice splice, ChatTarget target, long? outputLimit)
    {
        var value = outputLimit is { } limit ? Number(limit) : body[splice.ValueStart..splice.ValueEnd];
        if (splice.Kind == SpliceKind.OlderOutputLimit && target.OutputLimitField != "max_tokens" && !request.HasBothOutputLimits)
        {
            content.Add(Encoding.ASCII.GetBytes($"\"{target.OutputLimitField}\":"));
            content.Add(value);
        }
        else
        {
            Replace(content, body, splice, value);
        }
    }

    private static ReadOnlyMemory<byte> Inserted(InferenceRequest request, long? outputLimit, string outputLimitField, bool askUsage)
    {
        var addsLimit = outputLimit is not null && request.OutputLimit is null;
        if (!addsLimit)
        {
            return askUsage ? AskUsage : default;
        }

        var limit = Encoding.ASCII.GetBytes($"\"{outputLimitField}\":{outputLimit},");
        return askUsage ? (byte[])[.. AskUsage, .. limit] : limit;
    }

    private static byte[] Number(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    // The whole span of the member, with include_usage true in its value and the value's other members as they are.
    private static byte[] WithUsage(ReadOnlySpan<byte> body, Splice splice)
    {
        var buffer = new PooledBuffer();
        try
        {
            buffer.Append(body[splice.Start..splice.ValueStart]);
            buffer.Append("{\"include_usage\":true"u8);
            var value = new Utf8JsonReader(body[splice.ValueStart..splice.ValueEnd]);
            value.Read();
            while (value.Read() && value.TokenType == JsonTokenType.PropertyName)
            {
                var isUsage = value.ValueTextEquals("include_usage"u8);
                var start = splice.ValueStart + (int)value.TokenStartIndex;
                value.Read();
                value.Skip();
                if (!isUsage)
                {
                    buffer.Append(","u8);
                    buffer.Append(body[start..(splice.ValueStart + (int)value.BytesConsumed)]);
                }
            }

            buffer.Append("}"u8);
            buffer.Append(body[splice.ValueEnd..splice.End]);
            return buffer.Span.ToArray();
        }
        finally
        {
            buffer.Dispose();
        }
    }
}
