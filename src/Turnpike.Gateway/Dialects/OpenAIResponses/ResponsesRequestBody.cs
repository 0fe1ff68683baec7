using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>The caller's body on its way to one endpoint: the same bytes, but for the fields that are ours. Nothing is stored at the provider,
/// so the reasoning is asked for in the form that can be given back.</summary>
/// <remarks>Holds slices of the caller's bytes, which must live until the request has been sent; nothing large is copied.</remarks>
internal sealed class ResponsesRequestBody : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly List<ReadOnlyMemory<byte>> _pieces;
    private readonly long _length;

    /// <param name="user">What is sent for the caller's <c>user</c>, as a JSON string; empty leaves a null as it is.</param>
    public ResponsesRequestBody(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target, ReadOnlyMemory<byte> user)
    {
        _pieces = new(4 + (3 * request.Splices.Length)) { body[..request.InsertAt], Inserted(request, target) };
        var at = request.InsertAt;
        foreach (var splice in request.Splices)
        {
            ReadOnlyMemory<byte> value = splice.Kind switch
            {
                SpliceKind.Model => target.Model,
                SpliceKind.User when !user.IsEmpty => user,
                SpliceKind.OutputLimit when target.AffordedOutput is { } limit => Encoding.ASCII.GetBytes($"{limit}"),
                _ => body[splice.ValueStart..splice.ValueEnd],
            };
            _pieces.Add(body[at..splice.Start]);
            if (splice.Kind != SpliceKind.Cut)
            {
                _pieces.Add(body[splice.Start..splice.ValueStart]);
                _pieces.Add(value);
            }

            at = splice.End;
        }

        _pieces.Add(body[at..]);
        foreach (var piece in _pieces)
        {
            _length += piece.Length;
        }

        Headers.ContentType = Json;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (var piece in _pieces)
        {
            await stream.WriteAsync(piece, cancellationToken);
        }
    }

    private static byte[] Inserted(InferenceRequest request, UpstreamTarget target)
    {
        var text = new StringBuilder("\"store\":false,");
        if (!request.HasInclude && ResponsesModels.MayReason(target.Endpoint))
        {
            text.Append("\"include\":[\"reasoning.encrypted_content\"],");
        }

        if (target.AffordedOutput is { } limit && !request.Splices.Any(static s => s.Kind == SpliceKind.OutputLimit))
        {
            text.Append("\"max_output_tokens\":").Append(limit).Append(',');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
