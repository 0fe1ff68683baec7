using System.Globalization;
using System.Text.Json;

namespace Turnpike.TestKit;

/// <summary>Texts of OpenAI's chat wire format, as a provider would send them.</summary>
public static class Wire
{
    public const string Done = "data: [DONE]\n\n";

    public const string Id = "chatcmpl-up1";

    public const string Model = "upstream-model";

    /// <summary>An event around a JSON text.</summary>
    public static string Event(string json) => $"data: {json}\n\n";

    public static string Role() => Delta("""{"role":"assistant","content":""}""");

    public static string Text(string content) => Delta($$"""{"content":{{Quote(content)}}}""");

    public static string Delta(string delta, string? finishReason = null) => Event(DeltaJson(delta, finishReason));

    public static string DeltaJson(string delta, string? finishReason = null) =>
        $$"""{"id":"{{Id}}","object":"chat.completion.chunk","created":1750000000,"model":"{{Model}}","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{Quote(finishReason)}}}]}""";

    public static string Finish(string reason = "stop") => Delta("{}", reason);

    public static string Usage(int promptTokens, int completionTokens) => Event(
        $$"""{"id":"{{Id}}","object":"chat.completion.chunk","created":1750000000,"model":"{{Model}}","choices":[],"usage":{{UsageJson(promptTokens, completionTokens)}}}""");

    public static string UsageJson(int promptTokens, int completionTokens) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"prompt_tokens":{{promptTokens}},"completion_tokens":{{completionTokens}},"total_tokens":{{promptTokens + completionTokens}}}""");

    /// <summary>A whole answer; without usage when <paramref name="promptTokens"/> is negative.</summary>
    public static string Whole(string content, int promptTokens = 10, int completionTokens = 5, string finishReason = "stop")
    {
        var usage = promptTokens < 0 ? "" : $$""","usage":{{UsageJson(promptTokens, completionTokens)}}""";
        return $$"""{"id":"{{Id}}","object":"chat.completion","created":1750000000,"model":"{{Model}}","choices":[{"index":0,"message":{"role":"assistant","content":{{Quote(content)}}},"finish_reason":{{Quote(finishReason)}}}]{{usage}}}""";
    }

    public static string Error(string message, string? code = null) =>
        $$$"""{"error":{"message":{{{Quote(message)}}},"type":"scripted_error","code":{{{Quote(code)}}},"param":null}}""";

    public static string Quote(string? text) => JsonSerializer.Serialize(text);
}
