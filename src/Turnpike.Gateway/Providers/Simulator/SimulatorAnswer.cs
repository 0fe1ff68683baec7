using System.Text.RegularExpressions;

namespace Turnpike.Gateway.Providers.Simulator;

/// <summary>What the simulator will say to a request: texts or tool calls, cut into tokens, with their pace.</summary>
internal sealed record SimulatorAnswer
{
    /// <summary>Tokens of the text; empty when tools are called.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = [];

    public IReadOnlyList<SimulatorCall> Calls { get; init; } = [];

    /// <summary><c>stop</c>, <c>length</c>, <c>tool_calls</c> or <c>function_call</c>.</summary>
    public required string FinishReason { get; init; }

    public required int CompletionTokens { get; init; }

    /// <summary>Null is as fast as it goes.</summary>
    public int? TokensPerSecond { get; init; }

    public TimeSpan FirstTokenAfter { get; init; }
}

/// <summary>A tool call with its arguments, cut into the pieces in which they are streamed.</summary>
internal sealed record SimulatorCall(string Name, IReadOnlyList<string> Arguments);

/// <summary>Decides what is said. A pure function of the request.</summary>
internal static partial class SimulatorAnswers
{
    private const int LoremTokens = 128;

    private const int BytesPerToken = 4;

    /// <exception cref="SimulatorRefusal">There is no such model.</exception>
    public static SimulatorAnswer To(SimulatorRequest request)
    {
        var isEcho = IsModel(request.Model, "echo");
        if (!isEcho && !IsModel(request.Model, "lorem"))
        {
            throw new SimulatorRefusal($"The model '{request.Model}' does not exist.", "model", status: 404, code: "model_not_found");
        }

        if (CallsOf(request) is { Count: > 0 } calls)
        {
            return new()
            {
                Calls = calls,
                FinishReason = request.UsesFunctions ? "function_call" : "tool_calls",
                CompletionTokens = calls.Sum(static c => SimulatorTokens.Count(c.Name) + c.Arguments.Count),
            };
        }

        return isEcho ? Text(request, EchoOf(request), default) : LoremOf(request);
    }

    private static bool IsModel(string asked, string name)
    {
        var bare = asked.AsSpan(asked.LastIndexOf('/') + 1);
        return bare.SequenceEqual(name) || (bare.StartsWith(name) && bare[name.Length..] is ":free");
    }

    /// <summary>The last user message; after a tool's result, the result, so that a tool loop can be seen to close.</summary>
    private static string EchoOf(SimulatorRequest request)
    {
        var last = request.Messages[^1];
        return last.Role is "tool" or "function" ? last.Text : LastUserText(request);
    }

    private static string LastUserText(SimulatorRequest request) => request.Messages.LastOrDefault(static m => m.Role == "user")?.Text ?? "";

    private static SimulatorAnswer LoremOf(SimulatorRequest request)
    {
        var wish = LoremWish.Of(LastUserText(request));
        var tokens = wish.Tokens ?? Math.Min(request.OutputTokensMax ?? LoremTokens, BuiltInCatalog.OutputTokensMax);

        // Who wishes no length gets text without an end: it is the limit that ends it, as with a model that rambles.
        var isEndless = wish.Tokens is null && request.OutputTokensMax is not null;
        var answer = Text(request, LoremText.Write(tokens * BytesPerToken, request.Seed), wish);
        return isEndless && answer.CompletionTokens >= request.OutputTokensMax ? answer with { FinishReason = "length" } : answer;
    }

    private static SimulatorAnswer Text(SimulatorRequest request, string text, LoremWish wish)
    {
        var wrapped = request.Format switch
        {
            "json_object" => $$"""{"{{(IsModel(request.Model, "echo") ? "echo" : "lorem")}}":{{SimulatorWire.Quote(text)}}}""",
            "json_schema" => SchemaInstance.Write(request.Schema),
            _ => text,
        };
        var stopAt = request.Stop.Select(s => wrapped.IndexOf(s, StringComparison.Ordinal)).Where(static i => i >= 0).DefaultIfEmpty(wrapped.Length).Min();
        var tokens = SimulatorTokens.Split(wrapped[..stopAt]);
        var limit = Math.Min(request.OutputTokensMax ?? int.MaxValue, BuiltInCatalog.OutputTokensMax);
        var isCut = tokens.Count > limit;
        return new()
        {
            Tokens = isCut ? tokens.GetRange(0, limit) : tokens,
            FinishReason = isCut ? "length" : "stop",
            CompletionTokens = Math.Min(tokens.Count, limit),
            TokensPerSecond = wish.TokensPerSecond,
            FirstTokenAfter = wish.FirstTokenAfter,
        };
    }

    private static List<SimulatorCall> CallsOf(SimulatorRequest request)
    {
        if (request.Tools.Count == 0 || request.ToolChoice == "none" || request.Messages[^1].Role is "tool" or "function")
        {
            return [];
        }

        var asked = CallPattern().Matches(LastUserText(request))
            .Select(m => request.Tools.FirstOrDefault(t => t.Name == m.Groups[1].Value)).OfType<SimulatorTool>().ToList();
        var chosen = request.ToolChoice switch
        {
            ['=', .. var name] => [request.Tools.First(t => t.Name == name)],
            "required" when asked.Count == 0 => [request.Tools[0]],
            _ => asked,
        };
        return [.. chosen.Take(request.ParallelToolCalls && !request.UsesFunctions ? chosen.Count : 1)
            .Select(static t => new SimulatorCall(t.Name, SimulatorTokens.Split(SchemaInstance.Write(t.Parameters))))];
    }

    [GeneratedRegex(@"\bcall\s+([A-Za-z0-9_.-]*[A-Za-z0-9_])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CallPattern();
}
