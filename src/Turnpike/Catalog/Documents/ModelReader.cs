using System.Collections.Immutable;
using System.Globalization;
using Turnpike.Configuration.Documents;
using Turnpike.Configuration.Values;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog.Documents;

/// <summary>Reads a model over what is known of it: what is not given stays.</summary>
internal static class ModelReader
{
    /// <summary>The longest context that is believed, tokens.</summary>
    public const int TokensMax = 1_000_000_000;

    private static readonly string[] Efforts = ["max", "xhigh", "high", "medium", "low", "minimal", "none"];

    public static IReadOnlyList<string> InputModalities { get; } = ["text", "image", "file", "audio", "video"];

    public static IReadOnlyList<string> OutputModalities { get; } = ["text", "image", "audio", "video", "embeddings", "rerank", "speech", "transcription"];

    /// <summary>Reads the fields of a model; the caller has read <c>id</c> and <c>enabled</c>, and calls <see cref="ObjectReader.Done"/>.</summary>
    public static Model Read(ObjectReader o, Model basis) => basis with
    {
        Name = o.Text("name", charsMax: 200) ?? basis.Name,
        CanonicalSlug = o.Text("canonicalSlug", Slugs.ModelFault) ?? basis.CanonicalSlug,
        Description = o.Text("description", charsMax: 10_000) ?? basis.Description,
        Created = Created(o) ?? basis.Created,
        ContextLength = o.Whole("contextLength", 1, TokensMax) ?? basis.ContextLength,
        MaxCompletionTokens = o.Whole("maxCompletionTokens", 1, TokensMax) ?? basis.MaxCompletionTokens,
        InputModalities = o.Texts("inputModalities", OneOf(InputModalities)) ?? basis.InputModalities,
        OutputModalities = o.Texts("outputModalities", OneOf(OutputModalities)) ?? basis.OutputModalities,
        Tokenizer = o.Text("tokenizer", charsMax: 100) ?? basis.Tokenizer,
        InstructType = o.Text("instructType", charsMax: 100) ?? basis.InstructType,
        HuggingFaceId = o.Text("huggingFaceId", charsMax: 200) ?? basis.HuggingFaceId,
        SupportedParameters = o.Texts("parameters", ParameterFault) ?? basis.SupportedParameters,
        DefaultParameters = Defaults(o, basis.DefaultParameters),
        KnowledgeCutoff = o.Text("knowledgeCutoff", charsMax: 20) ?? basis.KnowledgeCutoff,
        ExpirationDate = o.Text("expirationDate", DateFault) ?? basis.ExpirationDate,
        IsModerated = o.Flag("moderated") ?? basis.IsModerated,
        Family = o.Text("family", FamilyFault) ?? basis.Family,
        Distillable = o.Flag("distillable") ?? basis.Distillable,
        Reasoning = Reasoning(o, basis.Reasoning),
    };

    private static ModelReasoning? Reasoning(ObjectReader model, ModelReasoning? known)
    {
        var o = model.Object("reasoning");
        var basis = known ?? new();
        var reasoning = basis with
        {
            Mandatory = o.Flag("mandatory") ?? basis.Mandatory,
            DefaultEnabled = o.Flag("defaultEnabled") ?? basis.DefaultEnabled,
            SupportedEfforts = o.Texts("supportedEfforts", OneOf(Efforts)) ?? basis.SupportedEfforts,
            DefaultEffort = o.Choice("defaultEffort", Efforts) ?? basis.DefaultEffort,
            SupportsMaxTokens = o.Flag("supportsMaxTokens") ?? basis.SupportsMaxTokens,
        };
        o.Done();
        return o.Node is null ? known : reasoning;
    }

    private static string? FamilyFault(string family) =>
        family.Length <= 64 && family.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
            ? null
            : "must be lower case letters, digits, dots and hyphens, as in claude-haiku";

    /// <summary>What is wrong with the name of a request parameter; null when nothing is.</summary>
    public static string? ParameterFault(string name) =>
        name.Length <= 64 && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
            ? null
            : "must be a parameter's name as requests have it: max_tokens, tools …";

    /// <summary>What is wrong with a word for an effort of reasoning; null where it is known.</summary>
    public static string? EffortFault(string word) => OneOf(Efforts)(word);

    private static Func<string, string?> OneOf(IReadOnlyList<string> words) =>
        word => words.Contains(word) ? null : $"must be one of {string.Join(", ", words)}";

    private static DateTimeOffset? Created(ObjectReader o) =>
        o.Text("created", DateFault) is { } date
            ? new DateTimeOffset(DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture), TimeOnly.MinValue, TimeSpan.Zero)
            : null;

    /// <summary>What is wrong with a date; null when nothing is.</summary>
    public static string? DateFault(string date) =>
        DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? null : "must be a date like 2026-08-01";

    private static ImmutableSortedDictionary<string, decimal> Defaults(ObjectReader o, ImmutableSortedDictionary<string, decimal> basis)
    {
        var defaults = basis;
        foreach (var member in o.Members("defaultParameters"))
        {
            if (member.Kind is not NodeKind.Number || !ExactDecimal.TryParse(member.Text, out var number))
            {
                o.Context.Faults.Add(member, $"must be a number, but is {member.Shown()}");
                continue;
            }

            defaults = defaults.SetItem(member.Name!, number); // A member of an object has a name.
        }

        return defaults;
    }
}
