using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Core.Money;

namespace Turnpike.Catalog.Refreshing;

/// <summary>Writes what a refresh found into the overlay of the data folder. Prices are new rows with a day: earlier rows stay.</summary>
internal sealed class OverlayWriter(string dataDirectory, DateOnly today)
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private string Day => today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Adds changes to what the overlay has already; the file is replaced whole.</summary>
    /// <param name="known">Says which models need no facts in the overlay.</param>
    /// <returns>The full path of the file.</returns>
    public string Write(IReadOnlyCollection<CatalogChange> changes, Predicate<string> known)
    {
        var path = Path.GetFullPath(CatalogOverlay.PathIn(dataDirectory));
        var root = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : []; // It was read before.
        root["refreshed"] = Day;
        var models = List(root, "models");
        var endpoints = List(root, "endpoints");
        foreach (var change in changes)
        {
            Apply(change, EntryOf(endpoints, change));
            if (change is { Kind: ChangeKind.New, Found: { } found } && !known(change.Model) && !models.Any(m => (string?)m!["id"] == change.Model))
            {
                models.Add(Model(change.Model, found));
            }
        }

        Directory.CreateDirectory(dataDirectory);
        var fresh = path + ".new";
        File.WriteAllText(fresh, root.ToJsonString(Options));
        File.Move(fresh, path, overwrite: true);
        return path;
    }

    private static JsonArray List(JsonObject root, string name)
    {
        if (root[name] is not JsonArray list)
        {
            root[name] = list = [];
        }

        return list;
    }

    private static JsonObject EntryOf(JsonArray endpoints, CatalogChange change)
    {
        var entry = endpoints.OfType<JsonObject>().FirstOrDefault(e =>
            (string?)e["provider"] == change.Provider && (string?)e["model"] == change.Model && (string?)e["upstreamModel"] == change.UpstreamModel);
        if (entry is null)
        {
            entry = new() { ["provider"] = change.Provider, ["model"] = change.Model, ["upstreamModel"] = change.UpstreamModel };
            endpoints.Add(entry);
        }

        return entry;
    }

    private void Apply(CatalogChange change, JsonObject entry)
    {
        if (change.Kind == ChangeKind.Gone)
        {
            entry["enabled"] = false;
            return;
        }

        entry.Remove("enabled");
        var found = change.Found!; // Only what is gone was not found.
        if (change.Kind is ChangeKind.Price or ChangeKind.New)
        {
            AddRow(List(entry, "prices"), found.Prices!, change.Before?.Prices); // Such changes have prices.
        }

        if (change.Kind is ChangeKind.Limits or ChangeKind.New)
        {
            Set(entry, "contextLength", found.ContextLength);
            Set(entry, "maxCompletionTokens", found.MaxCompletionTokens);
        }
    }

    /// <summary>A second row of one day takes the place of the first. What lists do not tell of prices stays as it was.</summary>
    private void AddRow(JsonArray rows, PriceSheet found, PriceSheet? before)
    {
        var sheet = before is null ? found : found with
        {
            CacheWriteHour = found.CacheWriteHour ?? before.CacheWriteHour,
            ImageTokens = found.ImageTokens ?? before.ImageTokens,
            ImageOutputTokens = found.ImageOutputTokens ?? before.ImageOutputTokens,
            Image = found.Image ?? before.Image,
            WebSearch = found.WebSearch ?? before.WebSearch,
            ImageOutput = found.ImageOutput ?? before.ImageOutput,
            Characters = found.Characters ?? before.Characters,
            SearchUnit = found.SearchUnit ?? before.SearchUnit,
            AudioHour = found.AudioHour ?? before.AudioHour,
            Tiers = found.Tiers.IsEmpty ? before.Tiers : found.Tiers,
        };
        var row = new JsonObject { ["from"] = Day };
        Fill(row, sheet);
        if (sheet.Tiers.Length > 0)
        {
            row["tiers"] = new JsonArray([.. sheet.Tiers.Select(static t => Fill(new() { ["minPromptTokens"] = t.MinPromptTokens }, t.Prices))]);
        }

        if (rows.FirstOrDefault(r => (string?)r!["from"] == Day) is { } same)
        {
            rows.Remove(same);
        }

        rows.Add(row);
    }

    private static JsonObject Fill(JsonObject row, PriceSheet sheet)
    {
        row["prompt"] = sheet.Prompt.ToUsd();
        row["completion"] = sheet.Completion.ToUsd();
        foreach (var (name, price) in ((string, NanoUsd?)[])
            [
                ("cacheRead", sheet.CacheRead), ("cacheWrite", sheet.CacheWrite), ("cacheWriteHour", sheet.CacheWriteHour), ("reasoning", sheet.Reasoning),
                ("audio", sheet.Audio), ("audioOutput", sheet.AudioOutput), ("imageTokens", sheet.ImageTokens), ("imageOutputTokens", sheet.ImageOutputTokens),
                ("image", sheet.Image), ("request", sheet.Request), ("webSearch", sheet.WebSearch),
                ("imageOutput", sheet.ImageOutput), ("characters", sheet.Characters), ("searchUnit", sheet.SearchUnit), ("audioHour", sheet.AudioHour),
            ])
        {
            if (price is { } amount)
            {
                row[name] = amount.ToUsd();
            }
        }

        return row;
    }

    private static JsonObject Model(string id, FoundEndpoint found)
    {
        var model = new JsonObject { ["id"] = id };
        if (found.Name is { Length: <= 200 } name)
        {
            model["name"] = name;
        }

        Set(model, "contextLength", found.ContextLength);
        Set(model, "maxCompletionTokens", found.MaxCompletionTokens);
        Texts(model, "inputModalities", found.InputModalities.Where(static m => Documents.ModelReader.InputModalities.Contains(m)));
        Texts(model, "outputModalities", found.OutputModalities.Where(static m => Documents.ModelReader.OutputModalities.Contains(m)));
        Texts(model, "parameters", found.Parameters.Where(static p => Documents.ModelReader.ParameterFault(p) is null));
        return model;
    }

    private static void Set(JsonObject entry, string name, int? value)
    {
        if (value is { } number)
        {
            entry[name] = number;
        }
    }

    private static void Texts(JsonObject entry, string name, IEnumerable<string> values)
    {
        if (values.ToArray() is { Length: > 0 } texts)
        {
            entry[name] = new JsonArray([.. texts.Select(static t => JsonValue.Create(t))]);
        }
    }
}
