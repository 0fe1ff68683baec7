using System.Globalization;
using Turnpike.Configuration;
using Turnpike.Configuration.Documents;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog.Shipped;

/// <summary>Reads the shipped table of figures, catalog/quality.json; its form is in catalog/README.md.</summary>
internal static class QualityReader
{
    private const string FileName = "quality.json";

    private const double FigureMax = 100;

    /// <summary>The table; the empty one where there is no such file. What is wrong with it is among the faults.</summary>
    public static QualityTable Read(string directory, ReadingContext context)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            return QualityTable.Empty;
        }

        var name = Path.Combine("catalog", FileName);
        try
        {
            return Read(new ObjectReader(DocumentParser.Parse(new(name, File.ReadAllBytes(path)), context.Faults, context.Texts), context));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            context.Faults.Add(ConfigurationFault.Of(name, "cannot be read"));
            return QualityTable.Empty;
        }
    }

    private static QualityTable Read(ObjectReader root)
    {
        var date = root.Text("date", DateFault);
        var sources = root.Objects("sources").Select(ReadSource).ToHashSet(StringComparer.Ordinal);
        var models = new Dictionary<string, ModelQuality>(StringComparer.Ordinal);
        foreach (var o in root.Objects("models"))
        {
            var (id, quality) = ReadModel(o, sources);
            if (!models.TryAdd(id, quality))
            {
                o.Fault("model", "is given twice");
            }
        }

        var families = root.Objects("families").Select(static o => ReadFamily(o)).ToList();
        var notForChat = root.Texts("notForChat") ?? [];
        root.Done();
        return new(date is null ? QualityTable.Empty.Date : Date(date), models, families, notForChat);
    }

    private static string ReadSource(ObjectReader o)
    {
        var id = o.Text("id") ?? "";
        o.Ignore("name");
        o.Ignore("url");
        o.Done();
        return id;
    }

    private static (string Id, ModelQuality Quality) ReadModel(ObjectReader o, HashSet<string> sources)
    {
        var id = o.Text("model", Slugs.ModelFault) ?? "";
        var source = o.Text("source", text => sources.Contains(text) ? null : "must be the id of one of \"sources\"") ?? "";
        o.Text("date", DateFault);
        var basis = ModelQuality.Of(source, Figure(o, "reasoning") ?? 0, Figure(o, "coding"), Figure(o, "agentic"));
        var quality = basis with
        {
            Knowledge = Figure(o, "knowledge") ?? basis.Knowledge,
            Writing = Figure(o, "writing") ?? basis.Writing,
            Multilingual = Figure(o, "multilingual") ?? basis.Multilingual,
            TokensPerSecond = (double?)o.Number("tokensPerSecond", 0, 100_000),
        };
        if (!o.Has("reasoning"))
        {
            o.Fault("reasoning", "is missing: what is not given follows from it");
        }

        o.Done();
        return (id, quality);
    }

    private static (string Models, string Like) ReadFamily(ObjectReader o)
    {
        var family = (o.Text("models") ?? "", o.Text("like", Slugs.ModelFault) ?? "");
        o.Done();
        return family;
    }

    private static double? Figure(ObjectReader o, string name) => (double?)o.Number(name, 0, (decimal)FigureMax);

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? DateFault(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? null : "must be a date like 2026-08-01";
}
