using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Money;

namespace Turnpike.Catalog.Refreshing;

/// <summary>Reads the lists of models that others publish: OpenRouter's <c>/models</c> (which is also what providers answer, with or without
/// prices) and models.dev's <c>api.json</c>.</summary>
internal static class ForeignList
{
    /// <summary>Reads a list of either form; null when it is of none.</summary>
    /// <param name="providersOfModelsDev">Our ids by the names that models.dev has for providers.</param>
    public static FoundList? Read(ReadOnlyMemory<byte> json, IReadOnlyDictionary<string, string> providersOfModelsDev)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object ? null
                : root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array ? new("OpenRouter", Models(data, "openrouter"), IsComplete: true)
                : ModelsDev(root, providersOfModelsDev);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads a provider's own list: <c>data</c>, Google's <c>models</c>, or an array alone; null when it is none.</summary>
    public static FoundList? ReadOwn(ReadOnlyMemory<byte> json, string provider)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var list = root.ValueKind == JsonValueKind.Object && (root.TryGetProperty("data", out var data) || root.TryGetProperty("models", out data)) ? data : root;
            return list.ValueKind == JsonValueKind.Array ? new(provider, Models(list, provider), IsComplete: true) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ImmutableArray<FoundEndpoint> Models(JsonElement list, string provider)
    {
        var found = ImmutableArray.CreateBuilder<FoundEndpoint>();
        foreach (var model in list.EnumerateArray())
        {
            if ((Text(model, "id") ?? NameOfGoogle(model)) is not { } id || id.StartsWith('~'))
            {
                continue;
            }

            var top = Member(model, "top_provider");
            var architecture = Member(model, "architecture");
            found.Add(new(provider, id)
            {
                Model = provider == "openrouter" ? id : null,
                Name = Text(model, "displayName") ?? Text(model, "display_name") ?? Text(model, "name"),
                Prices = PerToken(Member(model, "pricing")),
                ContextLength = Number(model, "context_length") ?? Number(model, "inputTokenLimit"),
                MaxCompletionTokens = Number(top, "max_completion_tokens") ?? Number(model, "outputTokenLimit"),
                Parameters = Texts(model, "supported_parameters"),
                InputModalities = Texts(architecture, "input_modalities"),
                OutputModalities = Texts(architecture, "output_modalities"),
            });
        }

        return found.ToImmutable();
    }

    // "models/gemini-2.5-pro"
    private static string? NameOfGoogle(JsonElement model) =>
        Text(model, "name") is { } name && name.StartsWith("models/", StringComparison.Ordinal) ? name["models/".Length..] : null;

    /// <summary>OpenRouter's <c>pricing</c>: USD for a token, as texts; <c>overrides</c> by prompt length.</summary>
    private static PriceSheet? PerToken(JsonElement pricing)
    {
        if (pricing.ValueKind != JsonValueKind.Object || Sheet(new(pricing, 1_000_000)) is not { } basis)
        {
            return null;
        }

        var tiers = ImmutableArray.CreateBuilder<PriceTier>();
        foreach (var change in Items(pricing, "overrides"))
        {
            if (Number(change, "min_prompt_tokens") is { } length && Sheet(new(change, 1_000_000), basis) is { } sheet)
            {
                tiers.Add(new(length, sheet));
            }
        }

        return basis with { Tiers = [.. tiers.OrderBy(static t => t.MinPromptTokens)] };
    }

    private static PriceSheet? Sheet(FoundPrices prices, PriceSheet? basis = null)
    {
        var prompt = prices.PerMillion("prompt") ?? basis?.Prompt;
        var completion = prices.PerMillion("completion") ?? basis?.Completion;
        if (prompt is not { } p || completion is not { } c)
        {
            return null;
        }

        var sheet = (basis ?? PriceSheet.Free) with
        {
            Prompt = p,
            Completion = c,
            CacheRead = prices.Beside("input_cache_read", p) ?? basis?.CacheRead,
            CacheWrite = prices.Beside("input_cache_write", p) ?? basis?.CacheWrite,
            CacheWriteHour = prices.Beside("input_cache_write_1h", p) ?? basis?.CacheWriteHour,
            Reasoning = prices.Beside("internal_reasoning", c) is { } r && r != c ? r : basis?.Reasoning,
            Audio = prices.Beside("audio", p) is { } a && a != p ? a : basis?.Audio,
            AudioOutput = prices.Beside("audio_output", c) is { } o && o != c ? o : basis?.AudioOutput,
            ImageTokens = prices.Beside("image_token", p) is { } g && g != p ? g : basis?.ImageTokens,
            ImageOutputTokens = prices.Beside("image_output", c) is { } i && i != c ? i : basis?.ImageOutputTokens,
            Request = prices.Each("request") ?? basis?.Request,
            WebSearch = prices.Each("web_search") ?? basis?.WebSearch,
        };
        return prices.IsFaulty ? null : sheet;
    }

    private static FoundList? ModelsDev(JsonElement root, IReadOnlyDictionary<string, string> providers)
    {
        var found = ImmutableArray.CreateBuilder<FoundEndpoint>();
        var isOne = false;
        foreach (var provider in root.EnumerateObject())
        {
            var models = Member(provider.Value, "models");
            if (models.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            isOne = true;
            if (providers.TryGetValue(provider.Name, out var id))
            {
                found.AddRange(models.EnumerateObject().Select(m => OfModelsDev(id, m)));
            }
        }

        return isOne ? new("models.dev", found.ToImmutable(), IsComplete: false) : null;
    }

    private static FoundEndpoint OfModelsDev(string provider, JsonProperty model)
    {
        var cost = new FoundPrices(Member(model.Value, "cost"), 1);
        var limit = Member(model.Value, "limit");
        PriceSheet? sheet = null;
        if (cost.PerMillion("input") is { } input && cost.PerMillion("output") is { } output)
        {
            sheet = new()
            {
                Prompt = input,
                Completion = output,
                CacheRead = cost.Beside("cache_read", input),
                CacheWrite = cost.Beside("cache_write", input),
                Reasoning = cost.Beside("reasoning", output) is { } r && r != output ? r : null,
                Audio = cost.Beside("input_audio", input) is { } a && a != input ? a : null,
                AudioOutput = cost.Beside("output_audio", output) is { } o && o != output ? o : null,
            };
        }

        var modalities = Member(model.Value, "modalities");
        return new(provider, Text(model.Value, "id") ?? model.Name)
        {
            Name = Text(model.Value, "name"),
            InputModalities = [.. Texts(modalities, "input").Select(static m => m == "pdf" ? "file" : m)],
            OutputModalities = Texts(modalities, "output"),
            Parameters = Abilities(model.Value),
            Prices = cost.IsFaulty ? null : sheet,
            ContextLength = Number(limit, "context"),
            MaxCompletionTokens = Number(limit, "output"),
        };
    }

    // models.dev says what a model can do, not which parameters it takes; without a word of either nothing is known.
    private static ImmutableArray<string> Abilities(JsonElement model)
    {
        bool Is(string name) => Member(model, name).ValueKind == JsonValueKind.True;
        return Member(model, "tool_call").ValueKind is not (JsonValueKind.True or JsonValueKind.False) ? [] :
        [
            "max_tokens",
            .. Is("temperature") ? (string[])["temperature", "top_p"] : [],
            .. Is("tool_call") ? (string[])["tools", "tool_choice"] : [],
            .. Is("reasoning") ? (string[])["reasoning", "include_reasoning"] : [],
            .. Is("structured_output") ? (string[])["response_format", "structured_outputs"] : [],
        ];
    }

    private static JsonElement Member(JsonElement o, string name) =>
        o.ValueKind == JsonValueKind.Object && o.TryGetProperty(name, out var value) ? value : default;

    private static IEnumerable<JsonElement> Items(JsonElement o, string name) =>
        Member(o, name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    private static string? Text(JsonElement o, string name) =>
        Member(o, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 and <= 300 } text && !text.Any(char.IsControl) ? text : null;

    private static int? Number(JsonElement o, string name) =>
        Member(o, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number > 0 ? number : null;

    private static ImmutableArray<string> Texts(JsonElement o, string name) =>
        [.. Items(o, name).Where(static i => i.ValueKind == JsonValueKind.String).Select(static i => i.GetString()!).Distinct()]; // They are texts.
}
