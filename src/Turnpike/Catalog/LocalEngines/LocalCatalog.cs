using System.Collections.Immutable;
using System.Text;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;

namespace Turnpike.Catalog.LocalEngines;

/// <summary>Turns what an engine lists into a provider, models and endpoints: free of charge, nothing leaves the machine.</summary>
internal static class LocalCatalog
{
    // What the engines share of OpenAI's parameters.
    private static readonly ImmutableArray<string> Parameters =
        ["max_tokens", "temperature", "top_p", "stop", "seed", "frequency_penalty", "presence_penalty", "response_format", "tools"];

    // What those that speak OpenAI's dialect take beside them, or pass over.
    private static readonly ImmutableArray<string> ChatParameters = ["tool_choice", "structured_outputs", "top_k", "min_p", "logprobs", "top_logprobs"];

    // What Ollama takes beside them.
    private static readonly ImmutableArray<string> OllamaParameters =
        ["structured_outputs", "top_k", "min_p", "repetition_penalty", "logprobs", "top_logprobs"];

    /// <summary>The id under which callers name a model: <c>ollama/llama3.2-3b</c> for Ollama's <c>llama3.2:3b</c>.</summary>
    public static string ModelId(string engine, string name)
    {
        // llama.cpp names a model by the path of its file, of which only the last part is worth a name.
        var isPath = name[0] is '/' or '.' or '~' || name.Contains('\\', StringComparison.Ordinal);
        var start = isPath ? name.LastIndexOfAny(['/', '\\']) + 1 : 0;
        var id = new StringBuilder($"{engine}/");
        foreach (var c in name.AsSpan(start))
        {
            var isPlain = char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/';
            id.Append(isPlain ? c : '-');
        }

        return id.ToString();
    }

    public static CatalogContent Of(LocalEngine engine, ImmutableArray<EngineModel> models)
    {
        var provider = new Provider
        {
            Id = engine.Id,
            Name = engine.Name,
            Dialect = engine.Dialect,
            BaseUrl = engine.BaseUrl,
            DataPolicy = DataPolicy.ZeroRetention,
            IsLocal = true,
            Quirks = new() { ReasoningPlace = engine.ReasoningPlace, ReasoningHistory = ReasoningHistory.Text },
        };
        var endpoints = models
            .Select(model => EndpointOf(provider, model))
            .DistinctBy(static e => e.Model.Id)
            .ToImmutableArray();
        return new() { Providers = [provider], Models = [.. endpoints.Select(static e => e.Model)], Endpoints = endpoints };
    }

    private static Endpoint EndpointOf(Provider provider, EngineModel model)
    {
        var parameters = ParametersOf(provider, model);
        return new()
        {
            Id = $"{provider.Id}:{model.Name}",
            Provider = provider,
            UpstreamModel = model.Name,
            Tag = provider.Id,
            Prices = PriceSheet.Free,
            ContextLength = model.ContextLength,
            SupportedParameters = parameters,
            ReasoningPlace = ReasoningPlace.ThinkTags, // in answers, where the engine has no parser for the model's thoughts
            Model = new()
            {
                Id = ModelId(provider.Id, model.Name),
                Name = $"{provider.Name}: {model.Name}",
                Created = model.Created,
                ContextLength = model.ContextLength ?? model.TrainedContextLength,
                InputModalities = model.Capabilities.Contains("vision") ? ["text", "image"] : ["text"],
                OutputModalities = IsForEmbeddings(model) ? ["embeddings"] : ["text"],
                Reasoning = model.Capabilities.Contains("thinking") ? new() { DefaultEnabled = true } : null,
                SupportedParameters = parameters,
            },
        };
    }

    private static ImmutableArray<string> ParametersOf(Provider provider, EngineModel model)
    {
        if (IsForEmbeddings(model))
        {
            return [];
        }

        var all = Parameters.AddRange(provider.Dialect == Dialects.Ollama ? OllamaParameters : ChatParameters);
        all = model.Capabilities.Contains("thinking") ? all.AddRange("reasoning", "include_reasoning") : all;
        return model.Capabilities.IsEmpty || model.Capabilities.Contains("tools") ? all : all.Remove("tools");
    }

    private static bool IsForEmbeddings(EngineModel model) => model.Capabilities.Contains("embedding") && !model.Capabilities.Contains("completion");
}
