using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Media;

namespace Turnpike.Gateway.Plugins.Files;

/// <summary>Puts the text of each document in its place. One that the caller sends back as it was told (an annotation with its hash) is not
/// read again.</summary>
/// <param name="fetcher">For documents that are named by address; null where the request has no address.</param>
internal sealed class FileParserWork(PdfEngine engine, FileParserOptions options, PdfText pdf, OcrClient ocr, MediaFetcher? fetcher) : IPluginWork
{
    private const int FilesMax = 16;
    private const int OcrPagesMax = 1000;

    /// <summary>What the model is told of a document of pictures, so that it does not make up what it cannot see.</summary>
    private const string NoText = "(No text could be read from this document; it may consist of images.)";

    private int _pagesPaid;

    public NanoUsd CostMax => engine == PdfEngine.Ocr ? options.OcrPricePerThousand : NanoUsd.Zero; // of 1,000 pages

    // The text of a document is hardly longer than the document, whose bytes count already: unless it stands at an address.
    public long AddedBytesMax => fetcher is null ? 1 << 20 : 4 << 20;

    public async ValueTask<GatewayError?> PrepareAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        if (fetcher is not null && await fetcher.FetchDocumentsAsync(exchange.Neutral!, cancellationToken) is { } unfetched)
        {
            return unfetched;
        }

        var known = Told(exchange.Body.Memory);
        var parsed = new List<ParsedFile>();
        foreach (var message in exchange.Neutral!.Messages) // the station has read it
        {
            if (await ReplaceAsync(message.Parts, exchange, known, parsed, cancellationToken) is { } unread)
            {
                return unread;
            }
        }

        if (parsed.Sum(static f => (long)Encoding.UTF8.GetByteCount(f.Text)) > exchange.Body.Length + AddedBytesMax)
        {
            return GatewayErrors.InvalidField("messages", "have documents with more text than credit was held for. Send fewer, or a part of them.");
        }

        if (parsed.Count > 0)
        {
            Report(exchange, parsed);
        }

        return null;
    }

    // Those that tools answered with too: agents read files with tools.
    private async Task<GatewayError?> ReplaceAsync(
        List<Part> parts, Exchange exchange, Dictionary<string, string> known, List<ParsedFile> parsed, CancellationToken cancellationToken)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is ToolResultPart result && result.Content.Any(static c => c is MediaPart { Kind: MediaKind.Document }))
            {
                var content = result.Content.ToList();
                if (await ReplaceAsync(content, exchange, known, parsed, cancellationToken) is { } unread)
                {
                    return unread;
                }

                parts[i] = result with { Content = content };
            }
            else if (parts[i] is MediaPart { Kind: MediaKind.Document } document)
            {
                var (file, error) = await ReadAsync(document, exchange, known, parsed.Count, cancellationToken);
                if (file is null)
                {
                    return error;
                }

                var text = file.Text.Length > 0 ? file.Text : NoText;
                parts[i] = new TextPart($"<file name=\"{file.Name ?? "document"}\">\n{text}\n</file>") { Cache = document.Cache };
                parsed.Add(file);
            }
        }

        return null;
    }

    private async Task<(ParsedFile? File, GatewayError? Error)> ReadAsync(
        MediaPart document, Exchange exchange, Dictionary<string, string> known, int count, CancellationToken cancellationToken)
    {
        if (count == FilesMax)
        {
            return (null, GatewayErrors.InvalidField("messages", $"have more than {FilesMax} documents. Send fewer."));
        }

        if (document.Source.PlainText is { } plain)
        {
            return (new("", document.FileName, plain), null);
        }

        if (document.Source.Base64 is not { } base64)
        {
            return (null, GatewayErrors.InvalidField("messages", "name a document that is not here. Send it as a data URL, or name its address."));
        }

        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(Encoding.ASCII.GetString(base64.Span));
        }
        catch (FormatException)
        {
            return (null, GatewayErrors.InvalidField("messages", "have a document whose data is no base64."));
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (known.TryGetValue(hash, out var told))
        {
            return (new(hash, document.FileName, told), null);
        }

        if (!bytes.AsSpan().StartsWith("%PDF"u8))
        {
            return document.Source.MediaType?.StartsWith("text/", StringComparison.Ordinal) == true
                ? (new(hash, document.FileName, Encoding.UTF8.GetString(bytes)), null)
                : (null, GatewayErrors.InvalidField("messages", "have a document that is neither PDF nor text. The model takes no other."));
        }

        if (_pagesPaid >= OcrPagesMax)
        {
            return (null, GatewayErrors.InvalidField("messages", $"have documents of more than {OcrPagesMax} pages together, which is what credit was held for. Send fewer."));
        }

        var (text, fault) = engine == PdfEngine.Ocr ? await RecognisedAsync(base64, exchange, cancellationToken) : await pdf.ReadAsync(bytes, cancellationToken);
        return text is null
            ? (null, GatewayErrors.InvalidField("messages", $"have a PDF that could not be read: {fault}."))
            : (new(hash, document.FileName, text), null);
    }

    // It is owed as soon as it was read, whatever becomes of the other documents.
    private async Task<(string? Text, string? Fault)> RecognisedAsync(ReadOnlyMemory<byte> base64, Exchange exchange, CancellationToken cancellationToken)
    {
        var (text, pages, fault) = await ocr.ReadAsync(base64, cancellationToken);
        var before = CostOf(_pagesPaid);
        _pagesPaid += Math.Min(pages, OcrPagesMax);
        exchange.PluginCost += CostOf(_pagesPaid) - before;
        return (text, fault);
    }

    private NanoUsd CostOf(int pages) => new(options.OcrPricePerThousand.Value * pages / 1000);

    // Documents that answers of this conversation have told already: by hash.
    private static Dictionary<string, string> Told(ReadOnlyMemory<byte> body)
    {
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(body);
        if (!document.RootElement.TryMember("messages", out var messages) || messages.ValueKind != JsonValueKind.Array)
        {
            return told;
        }

        foreach (var message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object || !message.TryMember("annotations", out var annotations) || annotations.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            foreach (var annotation in annotations.EnumerateArray())
            {
                if (annotation.ValueKind == JsonValueKind.Object && annotation.TryMember("file", out var file) && file.ValueKind == JsonValueKind.Object
                    && file.Text("hash") is { } hash && file.TryMember("content", out var content) && content.ValueKind == JsonValueKind.Array)
                {
                    told[hash] = string.Join('\n', content.EnumerateArray().Where(static p => p.ValueKind == JsonValueKind.Object).Select(static p => p.Text("text")));
                }
            }
        }

        return told;
    }

    private void Report(Exchange exchange, List<ParsedFile> parsed)
    {
        exchange.IsEdited = true;
        (exchange.Plugins ??= []).Add(new("file-parser", CostOf(_pagesPaid).Value, $"{parsed.Count} documents by {(engine == PdfEngine.Ocr ? "mistral-ocr" : "pdf-text")}"));
        foreach (var file in parsed.Where(static f => f.Hash.Length > 0))
        {
            (exchange.Annotations ??= []).Add(Annotation(file));
        }
    }

    private static byte[] Annotation(ParsedFile file)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(file.Text.Length + 256);
        using (var json = JsonWriting.To(output))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "file"u8);
            json.WriteStartObject("file"u8);
            json.WriteString("hash"u8, file.Hash);
            json.WriteString("name"u8, file.Name);
            json.WriteStartArray("content"u8);
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, file.Text);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
