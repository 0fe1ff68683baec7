namespace Turnpike.Gateway.Routing.Presets;

/// <summary>The preset that a request names: by its field <c>preset</c>, or within the model's name.</summary>
internal static class PresetName
{
    private const string Mark = "@preset/";

    /// <summary>The preset's slug and the model that stands before it (empty when none does); null when no preset is named.</summary>
    public static (string Slug, string Model)? Of(string model, string? field)
    {
        var at = model.IndexOf(Mark, StringComparison.Ordinal);
        return at >= 0 ? (model[(at + Mark.Length)..], model[..at])
            : field is null ? null
            : (field.StartsWith(Mark, StringComparison.Ordinal) ? field[Mark.Length..] : field, model);
    }
}
