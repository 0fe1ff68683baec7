using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;

namespace Turnpike.TestKit;

/// <summary>One connection of a scripted provider: HTTP/1.1 by hand, so that every byte and every way to break off is ours.</summary>
internal sealed class ProviderConnection(Socket socket) : IDisposable
{
    private readonly Pipe _received = new();
    private readonly CancellationTokenSource _gone = new();

    /// <summary>Cancelled the moment the other side closes or resets the connection.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>Receives until the other side leaves; runs beside everything else, so that its leaving is seen at once.</summary>
    public async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var count = await socket.ReceiveAsync(_received.Writer.GetMemory(4096), SocketFlags.None);
                if (count == 0)
                {
                    break;
                }

                _received.Writer.Advance(count);
                await _received.Writer.FlushAsync();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other side reset the connection, or we closed it: either way nothing more comes.
        }
        finally
        {
            await _gone.CancelAsync();
            await _received.Writer.CompleteAsync();
        }
    }

    /// <summary>Reads the next request; null when there is none any more.</summary>
    public async Task<ProviderExchange?> ReadRequestAsync()
    {
        if (await ReadLineAsync() is not { Length: > 0 } start)
        {
            return null;
        }

        var words = start.Split(' ');
        var headers = new List<KeyValuePair<string, string>>();
        while (await ReadLineAsync() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(new(line[..colon], line[(colon + 1)..].Trim()));
        }

        var body = Find("Transfer-Encoding") is { } coding && coding.Contains("chunked", StringComparison.OrdinalIgnoreCase)
            ? await ReadChunksAsync()
            : await ReadExactAsync(int.Parse(Find("Content-Length") ?? "0", CultureInfo.InvariantCulture));
        return body is null ? null : new(words[0], words[1], headers, body);

        string? Find(string name) => headers.Find(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
    }

    /// <summary>Sends all bytes. False when the other side has left.</summary>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, Gone)..];
            }

            return !Gone.IsCancellationRequested;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Closes with a RST instead of a FIN.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }

    public void Dispose()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }

        socket.Dispose();
    }

    private async Task<string?> ReadLineAsync()
    {
        while (true)
        {
            var result = await _received.Reader.ReadAsync();
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.Latin1.GetString(result.Buffer.Slice(0, end)).TrimEnd('\r');
                _received.Reader.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line;
            }

            _received.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }

    private async Task<byte[]?> ReadExactAsync(int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var result = await _received.Reader.ReadAsync();
            var part = result.Buffer.Slice(0, Math.Min(count - at, result.Buffer.Length));
            part.CopyTo(bytes.AsSpan(at));
            at += (int)part.Length;
            _received.Reader.AdvanceTo(part.End);
            if (result.IsCompleted && at < count)
            {
                return null;
            }
        }

        return bytes;
    }

    private async Task<byte[]?> ReadChunksAsync()
    {
        using var body = new MemoryStream();
        while (true)
        {
            if (await ReadLineAsync() is not { } size)
            {
                return null;
            }

            var count = int.Parse(size.Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (await ReadExactAsync(count) is not { } chunk || await ReadLineAsync() is null)
            {
                return null;
            }

            if (count == 0)
            {
                return body.ToArray();
            }

            body.Write(chunk);
        }
    }
}
