using System.Buffers;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Plugins.Web;

/// <summary>Asks the search service that the gateway is configured with: Exa, Tavily or a SearXNG of one's own.</summary>
internal sealed class SearchEngine(WebSearchOptions options, PluginHttp http)
{
    private const int ContentCharsMax = 2000;
    private const int TavilyResultsMax = 20; // more is refused

    /// <summary>The results; null where the service did not answer.</summary>
    public async Task<List<SearchHit>?> SearchAsync(string query, WebWish wish, CancellationToken cancellationToken)
    {
        using var answer = options.Engine switch
        {
            "exa" => await http.AskAsync(Address("https://api.exa.ai/search"), options.Key, Exa(query, wish), cancellationToken),
            "tavily" => await http.AskAsync(Address("https://api.tavily.com/search"), options.Key, Tavily(query, wish), cancellationToken),
            _ => await http.AskAsync(Searxng(query, wish), options.Key, body: null, cancellationToken),
        };
        return answer is null || !answer.RootElement.TryMember("results", out var results) || results.ValueKind != JsonValueKind.Array
            ? null
            : [.. results.EnumerateArray().Select(Read).OfType<SearchHit>().Take(wish.ResultsMax)];
    }

    private Uri Address(string usual) => options.Url ?? new(usual);

    private static byte[] Exa(string query, WebWish wish) => Body(json =>
    {
        json.WriteString("query"u8, query);
        json.WriteNumber("numResults"u8, wish.ResultsMax);
        json.WriteStartObject("contents"u8);
        json.WriteStartObject("text"u8);
        json.WriteNumber("maxCharacters"u8, ContentCharsMax);
        json.WriteEndObject();
        json.WriteEndObject();
        Domains(json, "includeDomains", wish.Domains);
        Domains(json, "excludeDomains", wish.NotDomains);
    });

    private static byte[] Tavily(string query, WebWish wish) => Body(json =>
    {
        json.WriteString("query"u8, query);
        json.WriteNumber("max_results"u8, Math.Min(wish.ResultsMax, TavilyResultsMax));
        Domains(json, "include_domains", wish.Domains);
        Domains(json, "exclude_domains", wish.NotDomains);
    });

    private Uri Searxng(string query, WebWish wish)
    {
        var sites = string.Concat(wish.Domains.Select(static d => $" site:{d}")) + string.Concat(wish.NotDomains.Select(static d => $" -site:{d}"));
        return new($"{Address("http://127.0.0.1:8888").AbsoluteUri.TrimEnd('/')}/search?format=json&q={Uri.EscapeDataString(query + sites)}");
    }

    private static void Domains(Utf8JsonWriter json, string name, IReadOnlyCollection<string> domains)
    {
        if (domains.Count > 0)
        {
            json.WriteStartArray(name);
            foreach (var domain in domains)
            {
                json.WriteStringValue(domain);
            }

            json.WriteEndArray();
        }
    }

    private static byte[] Body(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var json = JsonWriting.To(output))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static SearchHit? Read(JsonElement result)
    {
        if (result.ValueKind != JsonValueKind.Object || result.Text("url") is not { } url)
        {
            return null;
        }

        var content = result.Text("text") ?? result.Text("content") ?? result.Text("snippet") ?? "";
        return new(url, result.Text("title") is { Length: > 0 } title ? title : url, content.Length > ContentCharsMax ? content[..ContentCharsMax] : content);
    }
}
