using System.Buffers;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Plugins.Files;

/// <summary>Reads scanned documents with Mistral's OCR service.</summary>
internal sealed class OcrClient(FileParserOptions options, PluginHttp http)
{
    /// <summary>The text in Markdown and the pages that were read; or why there is none.</summary>
    public async Task<(string? Text, int Pages, string? Fault)> ReadAsync(ReadOnlyMemory<byte> base64, CancellationToken cancellationToken)
    {
        using var answer = await http.AskAsync(options.OcrUrl, options.OcrKey, Body(base64), cancellationToken);
        if (answer is null || !answer.RootElement.TryMember("pages", out var pages) || pages.ValueKind != JsonValueKind.Array)
        {
            return (null, 0, "the OCR service did not answer");
        }

        var texts = pages.EnumerateArray().Select(static p => p.Text("markdown") ?? "");
        return (string.Join("\n\n", texts), pages.GetArrayLength(), null);
    }

    private static byte[] Body(ReadOnlyMemory<byte> base64)
    {
        var output = new ArrayBufferWriter<byte>(base64.Length + 256);
        output.Write("{\"model\":\"mistral-ocr-latest\",\"document\":{\"type\":\"document_url\",\"document_url\":\"data:application/pdf;base64,"u8);
        output.Write(base64.Span);
        output.Write("\"},\"include_image_base64\":false}"u8);
        return output.WrittenSpan.ToArray();
    }
}
