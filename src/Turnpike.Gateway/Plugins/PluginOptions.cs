using Turnpike.Core.Money;
using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Plugins;

/// <summary>What plugins are set up with; see docs/plugins.md.</summary>
public sealed record PluginOptions
{
    public FileParserOptions FileParser { get; init; } = new();

    public WebSearchOptions Web { get; init; } = new();

    public ModerationOptions Moderation { get; init; } = new();
}

/// <summary>How documents become text for models that take none.</summary>
public sealed record FileParserOptions
{
    /// <summary>The program that reads PDF: poppler's. Default <c>pdftotext</c>.</summary>
    public string PdfToText { get; init; } = "pdftotext";

    /// <summary>How long it may take. Default 20 s, 1 s to 10 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Where <c>mistral-ocr</c> is asked. Default Mistral's own address.</summary>
    public Uri OcrUrl { get; init; } = new("https://api.mistral.ai/v1/ocr");

    /// <summary>Null where there is none: <c>mistral-ocr</c> is refused then.</summary>
    public Secret? OcrKey { get; init; }

    /// <summary>What a page costs the caller, dollars per thousand. Default 2.</summary>
    public NanoUsd OcrPricePerThousand { get; init; } = NanoUsd.FromUsd(2);
}

/// <summary>Who searches the web.</summary>
public sealed record WebSearchOptions
{
    /// <summary><c>exa</c>, <c>tavily</c> or <c>searxng</c>; null where nobody does: the plugin is refused then.</summary>
    public string? Engine { get; init; }

    /// <summary>Null is the engine's own; SearXNG has none.</summary>
    public Uri? Url { get; init; }

    public Secret? Key { get; init; }

    /// <summary>What a result costs the caller, dollars per thousand. Default 4, as OpenRouter takes for Exa.</summary>
    public NanoUsd PricePerThousand { get; init; } = NanoUsd.FromUsd(4);
}

/// <summary>Who judges prompts.</summary>
public sealed record ModerationOptions
{
    /// <summary>An address that speaks OpenAI's moderation form; null where nobody judges: the plugin is refused then.</summary>
    public Uri? Url { get; init; }

    public Secret? Key { get; init; }

    /// <summary>Default <c>omni-moderation-latest</c>.</summary>
    public string Model { get; init; } = "omni-moderation-latest";

    /// <summary>Every request is judged, not only those that ask for it. Default off.</summary>
    public bool Always { get; init; }
}
