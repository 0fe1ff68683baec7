using System.Net;
using System.Net.Http.Headers;

namespace Turnpike.Gateway.Shared;

/// <summary>A JSON body that was written for a provider. Its bytes are not rented: a send that was called off may still read them.</summary>
internal sealed class JsonBody : HttpContent, ISentBody
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public JsonBody(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Headers.ContentType = Json;
    }

    /// <summary>What is sent; a signature covers exactly these bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public bool HasBegun { get; private set; }

    protected override bool TryComputeLength(out long length)
    {
        length = Bytes.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        HasBegun = true;
        return stream.WriteAsync(Bytes, cancellationToken).AsTask();
    }
}
