using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects;

/// <summary>The caller's body on its way to one endpoint: the same bytes, but for the fields that are ours.</summary>
/// <remarks>Holds slices of the caller's bytes, which must live until the request has been sent; nothing large is copied.</remarks>
internal sealed class SplicedBody : HttpContent, ISentBody
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly List<ReadOnlyMemory<byte>> _pieces;
    private readonly long _length;

    /// <param name="inserted">Members of ours, each with its comma behind it: they stand first.</param>
    public SplicedBody(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target, ReadOnlyMemory<byte> inserted)
    {
        ReadOnlyMemory<byte>? user = target.User is { } hidden ? JsonText.Quote(hidden) : null;
        _pieces = new(4 + (3 * request.Splices.Length)) { body[..request.InsertAt], inserted };
        var at = request.InsertAt;
        foreach (var splice in request.Splices)
        {
            ReadOnlyMemory<byte> value = splice.Kind switch
            {
                SpliceKind.Model => target.Model,
                SpliceKind.User when user is { } known => known,
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
        foreach (var piece in _pieces)
        {
            await stream.WriteAsync(piece, cancellationToken);
        }
    }
}
