using System.Collections.Immutable;
using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary>Whether an endpoint can serve what a request needs, as far as the catalogue knows.</summary>
internal static class Fitness
{
    /// <summary>Room for the answer where the request sets no limit, tokens.</summary>
    private const int AnswerTokens = 1024;

    /// <summary>The model with those of its endpoints that can serve the request; null when none can.</summary>
    public static ModelEntry? Of(ModelEntry entry, in PromptFeatures features)
    {
        var fitting = ImmutableArray.CreateBuilder<Endpoint>(entry.Endpoints.Length);
        if (Takes(entry.Model, features.Needs))
        {
            foreach (var endpoint in entry.Endpoints)
            {
                if (Serves(endpoint, features))
                {
                    fitting.Add(endpoint);
                }
            }
        }

        return fitting.Count == 0 ? null : fitting.Count == entry.Endpoints.Length ? entry : entry with { Endpoints = fitting.ToImmutable() };
    }

    private static bool Takes(Model model, PromptNeeds needs) =>
        model.OutputModalities.Contains("text")
        && (!needs.HasFlag(PromptNeeds.Vision) || model.InputModalities.Contains("image"))
        && (!needs.HasFlag(PromptNeeds.Files) || model.InputModalities.Contains("file"))
        && (!needs.HasFlag(PromptNeeds.Audio) || model.InputModalities.Contains("audio"))
        && (!needs.HasFlag(PromptNeeds.Video) || model.InputModalities.Contains("video"));

    private static bool Serves(Endpoint endpoint, in PromptFeatures features)
    {
        var known = endpoint.SupportedParameters.IsEmpty ? endpoint.Model.SupportedParameters : endpoint.SupportedParameters;
        var needs = features.Needs;
        var hasParameters =
            (!needs.HasFlag(PromptNeeds.Tools) || known.Contains("tools"))
            && (!needs.HasFlag(PromptNeeds.Schema) || known.Contains("structured_outputs"))
            && (!needs.HasFlag(PromptNeeds.Json) || known.Contains("response_format") || known.Contains("structured_outputs"))
            && (!needs.HasFlag(PromptNeeds.Reasoning) || known.Contains("reasoning"));
        var tokens = features.PromptTokens + (features.OutputLimit ?? AnswerTokens);
        return hasParameters
            && tokens <= (endpoint.ContextLength ?? endpoint.Model.ContextLength ?? long.MaxValue)
            && features.PromptTokens <= (endpoint.MaxPromptTokens ?? int.MaxValue)
            && (features.OutputLimit ?? 0) <= (endpoint.MaxCompletionTokens ?? endpoint.Model.MaxCompletionTokens ?? long.MaxValue);
    }
}
