using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Turnpike.Gateway.Routing.Decisions;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>Reads what <see cref="InputsJson"/> wrote, so that a decision can be made again.</summary>
internal static class InputsReader
{
    /// <summary>Reads the inputs and the figures of the endpoints.</summary>
    /// <exception cref="Exception">The element is not a record of ours: <see cref="KeyNotFoundException"/>, <see cref="FormatException"/>,
    /// <see cref="InvalidOperationException"/> or <see cref="JsonException"/>.</exception>
    public static (DecisionInputs Inputs, RecordedHealth Health) Read(JsonElement inputs)
    {
        var health = new RecordedHealth();
        return (Read(inputs, [.. inputs.GetProperty("models").EnumerateArray().Select(m => Requested(m, m, health))]), health);
    }

    /// <summary>Reads a route as it is stored: the models stand beside it, the figures in it.</summary>
    public static (DecisionInputs Inputs, RecordedHealth Health) ReadStored(JsonElement route, JsonElement models)
    {
        var health = new RecordedHealth();
        if (route.TryGetProperty("figures", out var figures))
        {
            foreach (var endpoint in figures.EnumerateObject())
            {
                health.Add(endpoint.Name, endpoint.Value.Deserialize(FiguresJson.Default.EndpointFigures));
            }
        }

        return (Read(route, [.. route.GetProperty("models").EnumerateArray().Select(m => Requested(m, models[m.GetProperty("model").GetInt32()], health))]), health);
    }

    private static DecisionInputs Read(JsonElement inputs, ImmutableArray<RequestedModel> models) => new()
    {
        Requested = Text(inputs, "requested")!,
        At = inputs.GetProperty("at").GetDateTimeOffset(),
        Seed = ulong.Parse(Text(inputs, "seed")!, CultureInfo.InvariantCulture),
        Strategy = Text(inputs, "strategy")!,
        Cache = inputs.TryGetProperty("cache", out var cache) ? new(Text(cache, "endpoint")!, cache.GetProperty("tokens").GetInt32()) : null,
        Needs = Needs(inputs.GetProperty("needs")),
        Wishes = new([.. inputs.GetProperty("wishes").EnumerateArray().Select(Layer)]),
        Models = models,
    };

    private static RequestNeeds Needs(JsonElement needs) => new()
    {
        Parameters = RequestParameterNames.Of(Strings(needs, "parameters")),
        HasImages = IsTrue(needs, "images"),
        HasFiles = IsTrue(needs, "files"),
        HasAudio = IsTrue(needs, "audio"),
        HasVideo = IsTrue(needs, "video"),
        Images = needs.GetProperty("media").GetInt32(),
        Choices = needs.GetProperty("choices").GetInt32(),
        OutputLimit = Long(needs, "max_tokens"),
        PromptTokensLeast = needs.GetProperty("prompt_tokens_least").GetInt64(),
        PromptTokensEstimate = needs.GetProperty("prompt_tokens").GetInt32(),
        PromptTokensBound = needs.GetProperty("prompt_tokens_bound").GetInt64(),
        ServiceTier = Text(needs, "service_tier"),
        Mode = new(Text(needs, "speed"), Text(needs, "inference_geo")),
        MaxCost = Usd(needs, "max_cost"),
        Strategy = Text(needs, "sort") is { } sort ? SortWords.OfSort(sort) : null,
        Partition = Text(needs, "partition") is { } partition ? SortWords.OfPartition(partition) : null,
    };

    private static WishLayer Layer(JsonElement layer)
    {
        var owner = Text(layer, "by") switch
        {
            "request" => RuleOwner.Request,
            "key" => RuleOwner.Key,
            "account" => RuleOwner.Account,
            var other => throw new FormatException($"'{other}' has no wishes."),
        };
        return ProviderWishes.TryRead(System.Text.Encoding.UTF8.GetBytes(layer.GetProperty("provider").GetRawText()), out var wishes, out var error)
            ? new(owner, wishes!) // set where it was read
            : throw new FormatException(error!.Message);
    }

    private static RequestedModel Requested(JsonElement asked, JsonElement item, RecordedHealth health)
    {
        var id = Text(item, "id")!;
        var model = new Model
        {
            Id = id,
            Name = id,
            Distillable = item.GetProperty("distillable").GetBoolean(),
            ContextLength = (int?)Long(item, "context_length"),
            MaxCompletionTokens = (int?)Long(item, "max_completion_tokens"),
            InputModalities = [.. Strings(item, "input_modalities")],
        };
        return new(
            Text(asked, "name")!,
            model,
            [.. item.GetProperty("endpoints").EnumerateArray().Select(e => ReadEndpoint(e, model, health))],
            Text(asked, "sort") is { } sort ? SortWords.OfSort(sort) : null)
        {
            Reason = Text(asked, "reason"),
        };
    }

    private static Endpoint ReadEndpoint(JsonElement item, Model model, RecordedHealth health)
    {
        var id = Text(item, "id")!;
        if (item.TryGetProperty("figures", out var figures))
        {
            health.Add(id, figures.Deserialize(FiguresJson.Default.EndpointFigures));
        }

        return new()
        {
            Id = id,
            Model = model,
            Provider = new()
            {
                Id = Text(item, "provider")!,
                Name = Text(item, "provider_name")!,
                DataPolicy = new(item.GetProperty("training").GetBoolean(), item.GetProperty("retains_prompts").GetBoolean(), (int?)Long(item, "retention_days")),
            },
            UpstreamModel = id,
            Tag = Text(item, "tag")!,
            Quantization = Text(item, "quantization"),
            ContextLength = (int?)Long(item, "context_length"),
            MaxPromptTokens = (int?)Long(item, "max_prompt_tokens"),
            MaxCompletionTokens = (int?)Long(item, "max_completion_tokens"),
            SupportedParameters = [.. Strings(item, "parameters")],
            Prices = Prices(item.GetProperty("prices")),
            Factors = item.TryGetProperty("factors", out var factors) ? new(factors.EnumerateObject().ToDictionary(static f => f.Name, static f => f.Value.GetDecimal())) : ModeFactors.None,
        };
    }

    private static PriceSheet Prices(JsonElement item) => new()
    {
        Prompt = Usd(item, "prompt") ?? default,
        Completion = Usd(item, "completion") ?? default,
        CacheRead = Usd(item, "cache_read"),
        CacheWrite = Usd(item, "cache_write"),
        Reasoning = Usd(item, "reasoning"),
        Audio = Usd(item, "audio"),
        AudioOutput = Usd(item, "audio_output"),
        ImageTokens = Usd(item, "image_tokens"),
        ImageOutputTokens = Usd(item, "image_output_tokens"),
        Image = Usd(item, "image"),
        Request = Usd(item, "request"),
        Tiers = item.TryGetProperty("tiers", out var tiers)
            ? [.. tiers.EnumerateArray().Select(static t => new PriceTier(t.GetProperty("min_prompt_tokens").GetInt64(), Prices(t.GetProperty("prices"))))]
            : [],
    };

    private static bool IsTrue(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.GetBoolean();

    private static string? Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static long? Long(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value.GetInt64() : null;

    private static NanoUsd? Usd(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? NanoUsd.FromUsd(value.GetDecimal()) : null;

    private static ImmutableArray<string> Strings(JsonElement item, string name) =>
        [.. item.GetProperty(name).EnumerateArray().Select(static v => v.GetString()!)];
}
