using System.Collections.Immutable;
using Turnpike.Configuration.Documents;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog.Documents;

/// <summary>Reads where a provider deviates from its dialect, over what is known of that.</summary>
internal static class QuirksReader
{
    /// <summary>Reads <c>outputLimitField</c>, <c>streamOptions</c> and <c>quirks</c> of a provider.</summary>
    public static ProviderQuirks Read(ObjectReader provider, ProviderQuirks basis)
    {
        var o = provider.Object("quirks");
        var quirks = basis with
        {
            OutputLimitField = provider.Choice("outputLimitField", ["max_tokens", "max_completion_tokens"]) ?? basis.OutputLimitField,
            StreamOptions = provider.Flag("streamOptions") ?? basis.StreamOptions,
            RefusedParameters = o.Texts("refusedParameters", ModelReader.ParameterFault) ?? basis.RefusedParameters,
            OtherParameters = o.Texts("otherParameters", ModelReader.ParameterFault) ?? basis.OtherParameters,
            RenamedParameters = Renamed(o, basis.RenamedParameters),
            CacheMarks = o.Flag("cacheMarks") ?? basis.CacheMarks,
            DeveloperRole = o.Flag("developerRole") ?? basis.DeveloperRole,
            MessageNames = o.Flag("messageNames") ?? basis.MessageNames,
            StrictTurns = o.Flag("strictTurns") ?? basis.StrictTurns,
            TemperatureMax = o.Number("temperatureMax", 0, 10) ?? basis.TemperatureMax,
            StopsMax = o.Whole("stopsMax", 0, 1_000) ?? basis.StopsMax,
            ToolCallIdLength = o.Whole("toolCallIdLength", 1, 64) ?? basis.ToolCallIdLength,
            ReasoningPlace = Word(o, "reasoningPlace", basis.ReasoningPlace),
            ReasoningForm = Word(o, "reasoningForm", basis.ReasoningForm),
            ReasoningEfforts = o.Texts("reasoningEfforts", ModelReader.EffortFault) ?? basis.ReasoningEfforts,
            ReasoningHistory = Word(o, "reasoningHistory", basis.ReasoningHistory),
            ReasoningOutsideCompletion = o.Flag("reasoningOutsideCompletion") ?? basis.ReasoningOutsideCompletion,
            CachedTokensField = o.Text("cachedTokensField", ModelReader.ParameterFault) ?? basis.CachedTokensField,
            PrefillForm = Word(o, "prefillForm", basis.PrefillForm),
            RepeatsPrefill = o.Flag("repeatsPrefill") ?? basis.RepeatsPrefill,
            JsonSchema = o.Flag("jsonSchema") ?? basis.JsonSchema,
            DocumentForm = Word(o, "documentForm", basis.DocumentForm),
            AudioForm = Word(o, "audioForm", basis.AudioForm),
            ImageUrls = o.Flag("imageUrls") ?? basis.ImageUrls,
            ResetUnit = Word(o, "resetUnit", basis.ResetUnit),
        };
        o.Done();
        return quirks;
    }

    /// <summary>Reads where reasoning stands in the answers of one endpoint; null where it does not say.</summary>
    public static ReasoningPlace? ReadPlace(ObjectReader endpoint) => Word<ReasoningPlace>(endpoint, "reasoningPlace");

    private static T Word<T>(ObjectReader o, string name, T basis) where T : struct, Enum => Word<T>(o, name) ?? basis;

    private static T? Word<T>(ObjectReader o, string name) where T : struct, Enum =>
        o.Text(name, Words<T>.Fault) is { } word ? Words<T>.Read(word) : null;

    private static ImmutableSortedDictionary<string, string> Renamed(ObjectReader o, ImmutableSortedDictionary<string, string> basis)
    {
        var renamed = basis;
        foreach (var member in o.Members("renamedParameters"))
        {
            if (member.Kind is not NodeKind.Text || ModelReader.ParameterFault(member.Text) is not null || ModelReader.ParameterFault(member.Name!) is not null)
            {
                o.Context.Faults.Add(member, $"must be the name of a parameter, but is {member.Shown()}");
                continue;
            }

            renamed = renamed.SetItem(member.Name!, member.Text); // A member of an object has a name.
        }

        return renamed;
    }

    /// <summary>The members of an enumeration as the file writes them: in camel case.</summary>
    private static class Words<T> where T : struct, Enum
    {
        private static readonly ImmutableSortedDictionary<string, T> ByWord = Enum.GetValues<T>().ToImmutableSortedDictionary(
            static v => char.ToLowerInvariant($"{v}"[0]) + $"{v}"[1..], static v => v, StringComparer.Ordinal);

        public static string? Fault(string word) => ByWord.ContainsKey(word) ? null : $"must be one of {string.Join(", ", ByWord.Keys)}";

        public static T Read(string word) => ByWord[word];
    }
}
