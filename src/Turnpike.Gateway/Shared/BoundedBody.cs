namespace Turnpike.Gateway.Shared;

/// <summary>Reads what others send without trusting its length.</summary>
internal static class BoundedBody
{
    /// <summary>All bytes of a stream; null where there are more than allowed.</summary>
    public static async Task<byte[]?> ReadAsync(Stream stream, int bytesMax, CancellationToken cancellationToken)
    {
        var buffer = new PooledBuffer();
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer.ReserveMemory(16 << 10), cancellationToken)) > 0)
            {
                buffer.Advance(read);
                if (buffer.Length > bytesMax)
                {
                    return null;
                }
            }

            return buffer.Span.ToArray();
        }
        finally
        {
            buffer.Dispose();
        }
    }
}
