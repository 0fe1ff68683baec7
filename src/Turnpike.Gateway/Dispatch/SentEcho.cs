using System.Buffers;
using System.Text;
using System.Text.Json;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Shows a caller that asks for it (<c>debug.echo_upstream_body</c>) what was sent to each provider, before the first content.</summary>
/// <remarks>It is the caller's own prompt, as its provider gets it. Keys stand in headers and are not in it. Media and long bodies are left out.</remarks>
internal static class SentEcho
{
    private const int BytesMax = 64 << 10;

    /// <summary>Appends what was sent so far, this call's body last, to the call's answer.</summary>
    public static async ValueTask AppendAsync(Exchange exchange, Upstream upstream, UpstreamCall call)
    {
        var request = exchange.Request;
        if (request is not { EchoesSent: true, Stream: true, IsTextCompletion: false } || call.Message.Content is not { } content)
        {
            return;
        }

        var bytes = await content.ReadAsByteArrayAsync();
        call.Message.Content = new JsonBody(bytes); // the one that was read counts as sent
        exchange.Sent ??= new();
        exchange.Sent.Enqueue(Shown(bytes, request.MediaBytes));
        var identity = CallWriter.Identity(exchange, upstream);
        foreach (var body in exchange.Sent)
        {
            ChatTailWriter.AppendSent(ref call.Flow.Output, identity, exchange.At.ToUnixTimeSeconds(), body.Span);
        }
    }

    // On one line, as an event's data must be.
    private static ReadOnlyMemory<byte> Shown(byte[] body, long mediaBytes)
    {
        if (body.Length > BytesMax || mediaBytes > 0)
        {
            return Encoding.ASCII.GetBytes($"{{\"omitted_bytes\":{body.Length}}}");
        }

        using var document = JsonDocument.Parse(body);
        var line = new ArrayBufferWriter<byte>(body.Length);
        using (var json = new Utf8JsonWriter(line))
        {
            document.RootElement.WriteTo(json);
        }

        return line.WrittenMemory;
    }
}
