using System.Collections.Immutable;
using System.Globalization;
using Turnpike.Catalog.Refreshing;
using Turnpike.Commands.Output;
using Turnpike.Core.Money;

namespace Turnpike.Commands;

/// <summary>Shows what a refresh found.</summary>
internal static class CatalogDifference
{
    /// <param name="path">Where it was written; null when it was not.</param>
    public static void Print(
        Printer printer, ImmutableArray<CatalogChange> believed, ImmutableArray<CatalogChange> absurd, ImmutableArray<string> failures, string? path)
    {
        var changes = believed.Select(static c => RowOf(c)).ToList();
        var refused = absurd.Select(static c => RowOf(c)).ToList();
        printer.Answer(
            new { Changes = changes, Refused = refused, Failures = failures, WrittenTo = path },
            () => Text(changes, refused, failures, path));
    }

    private static string Text(IReadOnlyList<Row> changes, IReadOnlyList<Row> refused, ImmutableArray<string> failures, string? path)
    {
        var table = new Table("CHANGE", "PROVIDER", "MODEL", "BEFORE", "AFTER", "");
        foreach (var row in changes.Concat(refused))
        {
            table.Add(row.Change, row.Provider, row.Model, row.Before ?? "-", row.After ?? "-", row.Absurdity is null ? "" : "REFUSED: " + row.Absurdity);
        }

        string[] lines =
        [
            .. changes.Count + refused.Count > 0 ? (string[])[table.ToString(), ""] : [],
            .. failures,
            $"{changes.Count} changes, {refused.Count} refused" + (refused.Count > 0 ? " (--force takes them as well)" : ""),
            path is null ? "Nothing was written." : $"Written to {path}; a running server takes it over within a second.",
        ];
        return string.Join('\n', lines);
    }

    private static Row RowOf(CatalogChange change)
    {
        var isLimits = change.Kind == ChangeKind.Limits;
        return new(
            change.Kind.ToString().ToLowerInvariant(),
            change.Provider,
            change.Model,
            change.UpstreamModel,
            change.Before is not { } before ? null : isLimits ? Limits(before.ContextLength, before.MaxCompletionTokens) : Prices(before.Prices),
            change.Found is not { } found ? null : isLimits ? Limits(found.ContextLength, found.MaxCompletionTokens) : found.Prices is { } p ? Prices(p) : null,
            change.Absurdity);
    }

    private static string Prices(PriceSheet sheet) =>
        $"{MoneyText.Show(sheet.Prompt)} / {MoneyText.Show(sheet.Completion)}" + (sheet.CacheRead is { } cached ? $" / {MoneyText.Show(cached)} cached" : "");

    private static string Limits(int? context, int? output) => string.Create(CultureInfo.InvariantCulture, $"{Known(context)} in, {Known(output)} out");

    private static string Known(int? tokens) => tokens?.ToString(CultureInfo.InvariantCulture) ?? "?";

    /// <summary>A change as <c>--json</c> shows it.</summary>
    private sealed record Row(string Change, string Provider, string Model, string UpstreamModel, string? Before, string? After, string? Absurdity);
}
