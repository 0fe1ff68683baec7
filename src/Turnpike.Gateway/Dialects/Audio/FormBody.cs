using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>A form for a provider: fields, and one file, which is not copied and must live until the request has been sent.</summary>
internal sealed class FormBody : HttpContent, ISentBody
{
    private readonly ReadOnlyMemory<byte>[] _pieces;

    /// <param name="file">The audio.</param>
    public FormBody(IEnumerable<KeyValuePair<string, string>> fields, AudioFile about, ReadOnlyMemory<byte> file)
    {
        var list = fields.ToList();
        var boundary = FreeBoundary(list, file.Span);
        var head = new StringBuilder();
        foreach (var (name, value) in list)
        {
            head.Append($"--{boundary}\r\nContent-Disposition: form-data; name=\"{Quoted(name)}\"\r\n\r\n{value}\r\n");
        }

        head.Append($"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{Quoted(about.Name)}\"\r\nContent-Type: {about.MediaType}\r\n\r\n");
        _pieces = [Encoding.UTF8.GetBytes(head.ToString()), file, Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n")];
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
    private static string FreeBoundary(List<KeyValuePair<string, string>> fields, ReadOnlySpan<byte> file)
    {
        for (var number = 0; ; number++)
        {
            var boundary = $"turnpike-form-{number}-end";
            if (file.IndexOf(Encoding.ASCII.GetBytes(boundary)) < 0 && !fields.Exists(f => f.Value.Contains(boundary, StringComparison.Ordinal)))
            {
                return boundary;
            }
        }
    }

    private static string Quoted(string name) =>
        name.Replace("\"", "%22", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);
}
