using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Plugins.Web;

/// <summary><c>web</c> (and <c>:online</c>): one search before the model, whose results it is given and whose sources the answer names.</summary>
internal sealed class WebSearchPlugin(WebSearchOptions options, SearchEngine engine, TimeProvider time) : IPlugin
{
    private const int ResultsMax = 25;
    private const int ResultsUsual = 5;
    private const int DomainsMax = 64;

    // Callers may say whom they would have asked; who is asked is the operator's choice.
    private static readonly string[] Engines = ["auto", "native", "exa", "firecrawl", "parallel", "perplexity", "tavily", "searxng"];

    public string Id => "web";

    public IPluginWork? Plan(Exchange exchange, JsonElement? wish)
    {
        if (wish is null && !exchange.Request.IsOnline)
        {
            return null;
        }

        if (options.Engine is null)
        {
            throw new NeutralReadException(GatewayErrors.InvalidField(
                wish is null ? "model" : "plugins", "asks for a web search, but this gateway has no search service. Its operator can set 'plugins.web'."));
        }

        return new WebSearchWork(Read(wish), options, engine, time);
    }

    private static WebWish Read(JsonElement? wish)
    {
        if (wish is not { } said)
        {
            return new(ResultsUsual, null, [], []);
        }

        if (said.TryMember("engine", out var engine) && (engine.ValueKind != JsonValueKind.String || !Engines.Contains(engine.GetString()!)))
        {
            throw new NeutralReadException(GatewayErrors.InvalidField("plugins", $"have an 'engine' of web that is not known. There are: {string.Join(", ", Engines)}."));
        }

        if (said.TryMember("search_prompt", out var prompt) && prompt.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
        {
            throw new NeutralReadException(GatewayErrors.InvalidField("plugins", "have a 'search_prompt' of web that is no text."));
        }

        var count = !said.TryMember("max_results", out _) ? ResultsUsual : said.Integer("max_results") ?? 0;
        return count is < 1 or > ResultsMax
            ? throw new NeutralReadException(GatewayErrors.InvalidField("plugins", $"have a 'max_results' that is not from 1 to {ResultsMax}."))
            : new((int)count, said.Text("search_prompt"), Domains(said, "include_domains"), Domains(said, "exclude_domains"));
    }

    private static ImmutableArray<string> Domains(JsonElement said, string name) => !said.TryMember(name, out var domains) ? []
        : domains.ValueKind == JsonValueKind.Array && domains.GetArrayLength() <= DomainsMax && domains.EnumerateArray().All(static d => d.ValueKind == JsonValueKind.String)
            ? [.. domains.EnumerateArray().Select(static d => d.GetString()!)]
            : throw new NeutralReadException(GatewayErrors.InvalidField("plugins", $"have '{name}' that are not an array of at most {DomainsMax} texts."));
}
