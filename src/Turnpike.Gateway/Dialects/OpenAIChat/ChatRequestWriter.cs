using System.Net;
using System.Net.Http.Headers;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>The caller's body on its way to one endpoint: the same bytes, but for the fields that are ours.</summary>
/// <remarks>Holds slices of the caller's bytes, which must live until the request has been sent; nothing large is copied.</remarks>
internal sealed class ChatRequestWriter : HttpContent, ISentBody
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly ReadOnlyMemory<byte>[] _pieces;
    private int _count;
    private readonly long _length;

    /// <param name="body">What the caller sent.</param>
    /// <param name="request">What was read of it.</param>
    /// <param name="target">What is particular to the endpoint.</param>
    /// <param name="outputLimit">The output limit that the caller's credit affords; null where its own (or none) will do.</param>
    /// <param name="user">What is sent for the caller's <c>user</c>, as a JSON string; empty leaves a null as it is.</param>
    public ChatRequestWriter(ReadOnlyMemory<byte> body, InferenceRequest request, ChatTarget target, long? outputLimit, ReadOnlyMemory<byte> user)
    {
        _pieces = new ReadOnlyMemory<byte>[(3 * request.Splices.Length) + 5];
        var askUsage = request.Stream && target.StreamOptions;
        var at = 0;
        var inserted = Inserted(request, outputLimit, target.OutputLimitField, askUsage && !request.HasStreamOptions);
        if (!inserted.IsEmpty)
        {
            Add(body[..request.InsertAt]);
            Add(inserted);
            at = request.InsertAt;
        }

        foreach (var splice in request.Splices)
        {
            Add(body[at..splice.Start]);
            switch (splice.Kind)
            {
                case SpliceKind.Model:
                    Replace(body, splice, target.Model);
                    break;
                case SpliceKind.OutputLimit or SpliceKind.OlderOutputLimit:
                    AddLimit(body, request, splice, target, outputLimit);
                    break;
                case SpliceKind.User:
                    Replace(body, splice, user.IsEmpty ? body[splice.ValueStart..splice.ValueEnd] : user);
                    break;
                case SpliceKind.StreamOptions when askUsage:
                    Add(WithUsage(body.Span, splice));
                    break;
                case SpliceKind.StreamOptions when !request.Stream:
                    Add(body[splice.Start..splice.End]);
                    break;
                case SpliceKind.StreamOptions or SpliceKind.Cut:
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }

            at = splice.End;
        }

        Add(body[at..]);
        for (var i = 0; i < _count; i++)
        {
            _length += _pieces[i].Length;
        }

        Headers.ContentType = Json;
    }

    /// <inheritdoc/>
    public bool HasBegun { get; private set; }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        HasBegun = true;
        for (var i = 0; i < _count; i++)
        {
            await stream.WriteAsync(_pieces[i], cancellationToken);
        }
    }

    private void Add(ReadOnlyMemory<byte> piece)
    {
        if (!piece.IsEmpty)
        {
            _pieces[_count++] = piece;
        }
    }

    private void Replace(ReadOnlyMemory<byte> body, Splice splice, ReadOnlyMemory<byte> value)
    {
        Add(body[splice.Start..splice.ValueStart]);
        Add(value);
    }

    private void AddLimit(ReadOnlyMemory<byte> body, InferenceRequest request, Splice splice, ChatTarget target, long? outputLimit)
    {
        var value = outputLimit is { } limit ? Number(limit) : body[splice.ValueStart..splice.ValueEnd];
        if (splice.Kind == SpliceKind.OlderOutputLimit && target.OutputLimitField != "max_tokens" && !request.HasBothOutputLimits)
        {
            Add(System.Text.Encoding.ASCII.GetBytes($"\"{target.OutputLimitField}\":"));
            Add(value);
        }
        else
        {
            Replace(body, splice, value);
        }
    }

    private static readonly byte[] AskUsage = [.. "\"stream_options\":{\"include_usage\":true},"u8];

    private static ReadOnlyMemory<byte> Inserted(InferenceRequest request, long? outputLimit, string outputLimitField, bool askUsage)
    {
        var addsLimit = outputLimit is not null && request.OutputLimit is null;
        if (!addsLimit)
        {
            return askUsage ? AskUsage : default;
        }

        var limit = System.Text.Encoding.ASCII.GetBytes($"\"{outputLimitField}\":{outputLimit},");
        return askUsage ? (byte[])[.. AskUsage, .. limit] : limit;
    }

    private static byte[] Number(long number) => System.Text.Encoding.ASCII.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    // The whole span of the member, with include_usage true in its value and the value's other members as they are.
    private static byte[] WithUsage(ReadOnlySpan<byte> body, Splice splice)
    {
        var buffer = new PooledBuffer();
        try
        {
            buffer.Append(body[splice.Start..splice.ValueStart]);
            buffer.Append("{\"include_usage\":true"u8);
            var value = new System.Text.Json.Utf8JsonReader(body[splice.ValueStart..splice.ValueEnd]);
            value.Read();
            while (value.Read() && value.TokenType == System.Text.Json.JsonTokenType.PropertyName)
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
