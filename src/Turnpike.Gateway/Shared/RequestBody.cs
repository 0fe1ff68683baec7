using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Shared;

/// <summary>A request's body, read whole into one rented array: it may have to be sent to more than one provider.</summary>
internal static class RequestBody
{
    /// <summary>Reads the body into <paramref name="owner"/>'s buffer. An error to tell, or null.</summary>
    public static async ValueTask<GatewayError?> ReadAsync(HttpRequest request, BodyBuffer owner, long bytesMax, CancellationToken cancellationToken)
    {
        if (request.Headers.ContentEncoding is [{ Length: > 0 } encoding, ..] && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return GatewayErrors.EncodedBody(encoding);
        }

        if (request.ContentLength > bytesMax)
        {
            return GatewayErrors.PayloadTooLarge(bytesMax);
        }

        var reader = request.BodyReader;
        try
        {
            owner.Reserve((int)(request.ContentLength ?? 4096));
            for (; ; )
            {
                if (!reader.TryRead(out var result))
                {
                    result = await reader.ReadAsync(cancellationToken);
                }

                var isTooLong = owner.Length + result.Buffer.Length > bytesMax;
                if (!isTooLong)
                {
                    owner.Append(result.Buffer);
                }

                reader.AdvanceTo(result.Buffer.End);
                if (isTooLong)
                {
                    return GatewayErrors.PayloadTooLarge(bytesMax);
                }

                if (result.IsCompleted)
                {
                    return request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true ? null : BodyText.Fault(owner.Span);
                }
            }
        }
        catch (BadHttpRequestException exception)
        {
            return exception.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => GatewayErrors.PayloadTooLarge(bytesMax),
                StatusCodes.Status408RequestTimeout => GatewayErrors.RequestTimeout,
                _ => GatewayErrors.InvalidField("body", "did not arrive whole."),
            };
        }
    }
}

/// <summary>A body in a rented array. Disposed once the last attempt has been sent, or earlier when no other can follow.</summary>
internal sealed class BodyBuffer : IDisposable
{
    private PooledBuffer _buffer;

    public int Length => _buffer.Length;

    public ReadOnlyMemory<byte> Memory => _buffer.Memory;

    public ReadOnlySpan<byte> Span => _buffer.Span;

    public void Reserve(int size) => _buffer.Reserve(Math.Max(size, 256));

    public void Append(in ReadOnlySequence<byte> bytes)
    {
        foreach (var piece in bytes)
        {
            _buffer.Append(piece.Span);
        }
    }

    /// <summary>Puts other bytes in place of those that came.</summary>
    public void Replace(ReadOnlySpan<byte> bytes)
    {
        _buffer.Dispose();
        _buffer.Append(bytes);
    }

    public void Dispose() => _buffer.Dispose();
}
