using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Operations;

/// <summary>A form for a provider: fields, and files behind them.</summary>
internal sealed class FormBody : HttpContent, ISentBody
{
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];

    public FormBody(IEnumerable<KeyValuePair<string, string>> fields, params IReadOnlyList<SentFile> files)
    {
        var list = fields.ToList();
        var boundary = FreeBoundary(list, files);
        var head = new StringBuilder();
        foreach (var (name, value) in list)
        {
            head.Append($"--{boundary}\r\nContent-Disposition: form-data; name=\"{Quoted(name)}\"\r\n\r\n{value}\r\n");
        }

        foreach (var file in files)
        {
            head.Append($"--{boundary}\r\nContent-Disposition: form-data; name=\"{Quoted(file.Field)}\"; filename=\"{Quoted(file.Name)}\"\r\nContent-Type: {file.MediaType}\r\n\r\n");
            _pieces.Add(Encoding.UTF8.GetBytes(head.ToString()));
            _pieces.Add(file.Bytes);
            head.Clear().Append("\r\n");
        }

        _pieces.Add(Encoding.UTF8.GetBytes(head.Append($"--{boundary}--\r\n").ToString()));
        Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={boundary}");
    }

    /// <inheritdoc/>
    public bool HasBegun { get; private set; }

    protected override bool TryComputeLength(out long length)
    {
        length = _pieces.Sum(static p => (long)p.Length);
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

    // A boundary that stood in a value would let the caller name another model than the one that it pays for.
    private static string FreeBoundary(List<KeyValuePair<string, string>> fields, IReadOnlyList<SentFile> files)
    {
        for (var number = 0; ; number++)
        {
            var boundary = $"turnpike-form-{number}-end";
            var bytes = Encoding.ASCII.GetBytes(boundary);
            if (!files.Any(f => f.Bytes.Span.IndexOf(bytes) >= 0) && !fields.Exists(f => f.Value.Contains(boundary, StringComparison.Ordinal)))
            {
                return boundary;
            }
        }
    }

    private static string Quoted(string name) =>
        name.Replace("\"", "%22", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);
}
