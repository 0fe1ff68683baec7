using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Media;

namespace Turnpike.Gateway.Plugins.Files;

/// <summary><c>file-parser</c>: documents become text for models that take none; models that take them get them as they are.</summary>
internal sealed class FileParserPlugin(FileParserOptions options, PdfText pdf, OcrClient ocr, MediaFetcher fetcher) : IPlugin
{
    public string Id => "file-parser";

    public IPluginWork? Plan(Exchange exchange, JsonElement? wish)
    {
        if (!exchange.Request.HasFiles)
        {
            return null;
        }

        var engine = EngineOf(wish);
        var takesFiles = exchange.Route.Endpoints.All(static e => e.Model.InputModalities.Contains("file") && e.Provider.Quirks.DocumentForm != DocumentForm.None);
        if (engine == PdfEngine.Native || (engine is null && takesFiles))
        {
            return null;
        }

        if (engine == PdfEngine.Ocr && options.OcrKey is null)
        {
            throw new NeutralReadException(GatewayErrors.InvalidField("plugins", "asks for 'mistral-ocr', for which this gateway has no key. Use 'pdf-text'."));
        }

        var mayName = exchange.Body.Span.IndexOf("\"http"u8) >= 0; // how any address begins
        return new FileParserWork(engine ?? PdfEngine.Text, options, pdf, ocr, mayName ? fetcher : null);
    }

    private static PdfEngine? EngineOf(JsonElement? wish) =>
        wish is not { } options || !options.TryMember("pdf", out var pdf) || pdf.ValueKind != JsonValueKind.Object ? null : pdf.Text("engine") switch
        {
            null => null,
            "native" => PdfEngine.Native,
            "pdf-text" or "cloudflare-ai" => PdfEngine.Text,
            "mistral-ocr" => PdfEngine.Ocr,
            _ => throw new NeutralReadException(GatewayErrors.InvalidField("plugins", "has a 'pdf.engine' that is not known. Use native, pdf-text or mistral-ocr.")),
        };
}
