using System.Collections.Frozen;
using System.Collections.Immutable;
using Turnpike.Core.Money;

namespace Turnpike.Core.Catalog;

/// <summary>How good models are: by figures that somebody published, else by those of a near relation, else by a rule. Immutable.</summary>
public sealed class QualityTable
{
    /// <summary>The source of figures that are a near relation's.</summary>
    public const string Family = "family";

    /// <summary>The source of figures that nobody measured.</summary>
    public const string Rule = "rule";

    private const double DaysPerYear = 365.25;

    private readonly FrozenDictionary<string, ModelQuality> _models;
    private readonly ImmutableArray<(NamePattern Models, string Like)> _families;
    private readonly ImmutableArray<NamePattern> _notForChat;

    /// <param name="date">When the figures were taken; the rule reckons a model's age from it.</param>
    /// <param name="models">By id, without a variant.</param>
    /// <param name="families">Which models are taken for another one of <paramref name="models"/>; the first pattern that fits counts.</param>
    /// <param name="notForChat">Models that answer, but not as a caller who names no model expects: guards, readers of print, editors of code.</param>
    public QualityTable(
        DateOnly date,
        IReadOnlyDictionary<string, ModelQuality> models,
        IEnumerable<(string Models, string Like)> families,
        IEnumerable<string> notForChat)
    {
        ArgumentNullException.ThrowIfNull(models);
        Date = date;
        _models = models.ToFrozenDictionary(StringComparer.Ordinal);
        _families = [.. families.Select(static f => (new NamePattern(f.Models), f.Like))];
        _notForChat = [.. notForChat.Select(static p => new NamePattern(p))];
    }

    /// <summary>Knows no model: everything goes by the rule.</summary>
    public static QualityTable Empty { get; } = new(new(2026, 1, 1), FrozenDictionary<string, ModelQuality>.Empty, [], []);

    public DateOnly Date { get; }

    /// <summary>How many models have figures of their own.</summary>
    public int Count => _models.Count;

    /// <summary>The figures of a model. Its variants (<c>:free</c>) are as good as itself.</summary>
    public ModelQuality Of(ModelEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var id = BaseOf(entry.Model.Id);
        if (_models.TryGetValue(id, out var known))
        {
            return known;
        }

        foreach (var (models, like) in _families)
        {
            if (models.Matches(id) && _models.TryGetValue(like, out var relation))
            {
                return relation with { Source = Family };
            }
        }

        return ByRule(entry);
    }

    /// <summary>The figures that somebody took of a model itself; null where nobody did.</summary>
    public ModelQuality? Measured(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return _models.GetValueOrDefault(BaseOf(model.Id));
    }

    /// <summary>Whether a caller who names no model may get this one.</summary>
    public bool IsForChat(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.OutputModalities.Contains("text"))
        {
            return false;
        }

        var id = BaseOf(model.Id);
        foreach (var pattern in _notForChat)
        {
            if (pattern.Matches(id))
            {
                return false;
            }
        }

        return true;
    }

    private static string BaseOf(string id) => id.IndexOf(':', StringComparison.Ordinal) is var at and >= 0 ? id[..at] : id;

    // What a model costs says what its maker thinks of it, and a year makes much of that obsolete. Steps that stay below what was measured in
    // each price class, so that an unknown model does not displace a known one.
    private ModelQuality ByRule(ModelEntry entry)
    {
        var price = entry.Endpoints.Select(static e => e.Prices.Completion).DefaultIfEmpty().Max();
        var level = price.Value switch
        {
            <= NanoUsd.PerUsd / 5 => 8.0,
            <= NanoUsd.PerUsd * 3L / 5 => 12,
            <= NanoUsd.PerUsd * 2L => 18,
            <= NanoUsd.PerUsd * 6L => 24,
            <= NanoUsd.PerUsd * 20L => 30,
            _ => 34,
        };
        var created = DateOnly.FromDateTime(entry.Model.Created.UtcDateTime);
        var years = Math.Clamp((Date.DayNumber - created.DayNumber) / DaysPerYear, 0, 3);
        return ModelQuality.Of(Rule, Math.Max(2, level - (8 * years)));
    }
}
