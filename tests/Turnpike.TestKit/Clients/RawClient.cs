using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Turnpike.TestKit;

/// <summary>An HTTP/1.1 client that shows what was on the wire: heads, chunks as they were framed, and how the connection ended.</summary>
public sealed class RawClient : IDisposable
{
    private readonly Socket _socket;
    private readonly List<byte> _buffer = [];
    private readonly byte[] _receive = new byte[64 << 10];

    private RawClient(Socket socket) => _socket = socket;

    public static async Task<RawClient> ConnectAsync(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, Deadline.Token());
        return new(socket);
    }

    /// <summary>Sends a request with a length; further headers as given.</summary>
    public Task PostAsync(string path, ReadOnlyMemory<byte> body, string? key = null, params IEnumerable<string> headers)
    {
        List<string> all = ["Host: localhost", "Content-Type: application/json", $"Content-Length: {body.Length}", .. headers];
        if (key is not null)
        {
            all.Add($"Authorization: Bearer {key}");
        }

        var head = Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\n{string.Join("\r\n", all)}\r\n\r\n");
        return SendAsync(new byte[][] { head, body.ToArray() }.SelectMany(static b => b).ToArray());
    }

    public Task PostAsync(string path, string body, string? key = null, params IEnumerable<string> headers) =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), key, headers);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, Deadline.Token())..];
        }
    }

    /// <summary>Reads status and headers.</summary>
    public async Task<RawHead> ReadHeadAsync()
    {
        var status = await LineAsync();
        var headers = new List<KeyValuePair<string, string>>();
        while (await LineAsync() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(new(line[..colon], line[(colon + 1)..].Trim()));
        }

        return new(int.Parse(status.Split(' ')[1], CultureInfo.InvariantCulture), headers);
    }

    /// <summary>The next chunk of a chunked body; empty at its end; null when the connection ended without one.</summary>
    public async Task<byte[]?> ReadChunkAsync()
    {
        try
        {
            var size = int.Parse((await LineAsync()).Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var chunk = await TakeAsync(size);
            await LineAsync();
            return chunk;
        }
        catch (EndOfStreamException)
        {
            return null;
        }
    }

    /// <summary>The rest of the body, and whether it ended as it announced.</summary>
    public async Task<(string Text, bool IsWhole)> ReadBodyAsync(RawHead head)
    {
        if (head["Content-Length"] is { } length)
        {
            return (Encoding.UTF8.GetString(await TakeAsync(int.Parse(length, CultureInfo.InvariantCulture))), true);
        }

        using var body = new MemoryStream();
        while (await ReadChunkAsync() is { } chunk)
        {
            if (chunk.Length == 0)
            {
                return (Encoding.UTF8.GetString(body.ToArray()), true);
            }

            body.Write(chunk);
        }

        return (Encoding.UTF8.GetString(body.ToArray()), false);
    }

    /// <summary>Leaves with a RST, as a killed client does.</summary>
    public void Abort()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();

    private async Task<string> LineAsync()
    {
        int end;
        while ((end = _buffer.IndexOf((byte)'\n')) < 0)
        {
            await FillAsync();
        }

        var line = Encoding.Latin1.GetString([.. _buffer.GetRange(0, end)]).TrimEnd('\r');
        _buffer.RemoveRange(0, end + 1);
        return line;
    }

    private async Task<byte[]> TakeAsync(int count)
    {
        while (_buffer.Count < count)
        {
            await FillAsync();
        }

        byte[] taken = [.. _buffer.GetRange(0, count)];
        _buffer.RemoveRange(0, count);
        return taken;
    }

    private async Task FillAsync()
    {
        int count;
        try
        {
            count = await _socket.ReceiveAsync(_receive, SocketFlags.None, Deadline.Token());
        }
        catch (SocketException e)
        {
            throw new EndOfStreamException("The connection was reset.", e);
        }

        if (count == 0)
        {
            throw new EndOfStreamException("The connection was closed.");
        }

        _buffer.AddRange(_receive.AsSpan(0, count));
    }
}

/// <summary>Status and headers as they stood on the wire.</summary>
public sealed record RawHead(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>The value of a header; null when it is not there.</summary>
    public string? this[string name] => Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
