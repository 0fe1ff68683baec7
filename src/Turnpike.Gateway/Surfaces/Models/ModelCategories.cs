using System.Collections.Frozen;
using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Surfaces.Models;

/// <summary>OpenRouter's categories of use, each with the kind of work that it is.</summary>
/// <remarks>Nobody counts here what models are used for. A category therefore lists the models that are made for conversation, those that are best
/// at its kind of work first.</remarks>
internal static class ModelCategories
{
    private static readonly FrozenDictionary<string, Func<ModelQuality, double>> Works = new Dictionary<string, Func<ModelQuality, double>>
    {
        ["programming"] = static q => q.Coding,
        ["roleplay"] = static q => q.Writing,
        ["marketing"] = static q => q.Writing,
        ["marketing/seo"] = static q => q.Writing,
        ["technology"] = static q => q.Reasoning,
        ["science"] = static q => q.Reasoning,
        ["translation"] = static q => q.Multilingual,
        ["legal"] = static q => q.Knowledge,
        ["finance"] = static q => q.Knowledge,
        ["health"] = static q => q.Knowledge,
        ["trivia"] = static q => q.Knowledge,
        ["academia"] = static q => q.Reasoning,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Words => Works.Keys.Order(StringComparer.Ordinal);

    /// <summary>How good a model is at a category's kind of work.</summary>
    /// <param name="category">One of <see cref="Words"/>.</param>
    public static double Score(string category, ModelQuality quality) => Works[category](quality);
}
