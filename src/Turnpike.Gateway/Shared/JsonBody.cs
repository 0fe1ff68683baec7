using System.Net;
using System.Net.Http.Headers;

namespace Turnpike.Gateway.Shared;

/// <summary>A JSON body that was written for a provider.</summary>
internal sealed class JsonBody : HttpContent, ISentBody
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private PooledBuffer _rented;
    private volatile bool _isSent;

    public JsonBody(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Headers.ContentType = Json;
    }

    /// <param name="rented">Goes back with this body, but only if all of it was sent: a send that was called off may still read it.</param>
    public JsonBody(PooledBuffer rented)
        : this(rented.Memory) => _rented = rented;

    /// <summary>What is sent; a signature covers exactly these bytes. Not to be read once the body was disposed.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    public bool HasBegun { get; private set; }

    protected override bool TryComputeLength(out long length)
    {
        length = Bytes.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        HasBegun = true;
        _isSent = false;
        await stream.WriteAsync(Bytes, cancellationToken);
        _isSent = true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _isSent)
        {
            Bytes = default;
            _rented.Dispose();
        }

        base.Dispose(disposing);
    }
}
