namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Who can read signed or encrypted reasoning. Open: a word that is not here is passed on.</summary>
internal static class ReasoningFormats
{
    public const string Unknown = "unknown";

    public const string Anthropic = "anthropic-claude-v1";

    public const string OpenAIResponses = "openai-responses-v1";

    public const string AzureResponses = "azure-openai-responses-v1";

    public const string XaiResponses = "xai-responses-v1";

    public const string Gemini = "google-gemini-v1";

    /// <summary>True for a format of providers that sign or encrypt: a text of theirs (a summary) is nothing without its seal.</summary>
    public static bool IsSealed(string? format) => format is Anthropic or Gemini || format?.EndsWith("-responses-v1", StringComparison.Ordinal) == true;
}
