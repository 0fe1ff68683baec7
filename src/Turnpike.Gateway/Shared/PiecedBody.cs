using System.Net;
using System.Net.Http.Headers;

namespace Turnpike.Gateway.Shared;

/// <summary>A JSON body that is sent piece by piece, so that nothing large is copied.</summary>
/// <remarks>Pieces are slices of bytes that must live until the request has been sent, which begins when all of them have been added.</remarks>
internal sealed class PiecedBody : HttpContent, ISentBody
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly ReadOnlyMemory<byte>[] _pieces;
    private int _count;
    private long _length;

    /// <param name="piecesMax">How many there will be at most.</param>
    public PiecedBody(int piecesMax)
    {
        _pieces = new ReadOnlyMemory<byte>[piecesMax];
        Headers.ContentType = Json;
    }

    public bool HasBegun { get; private set; }

    public void Add(ReadOnlyMemory<byte> piece)
    {
        if (!piece.IsEmpty)
        {
            _pieces[_count++] = piece;
            _length += piece.Length;
        }
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
        HasBegun = true;
        for (var i = 0; i < _count; i++)
        {
            await stream.WriteAsync(_pieces[i], cancellationToken);
        }
    }
}
