using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>The folder <c>tests/exchanges</c>: what callers send, and a folder a dialect with its exchanges.</summary>
internal static class ExchangeFiles
{
    /// <summary>What stands in the columns of the matrix, in this order. An exchange belongs to the feature that its name begins with.</summary>
    public static readonly IReadOnlyList<string> Features =
    [
        "plain", "stream", "tools", "parallel-tools", "functions", "reasoning", "signature", "image", "pdf", "audio", "video", "image-output", "cache-marks",
        "json-schema", "prefill", "logprobs", "citations", "refusal", "finish", "usage", "error", "cut-stream",
    ];

    /// <summary>The tree that this was built from.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The rows of the matrix: dialects that this version speaks.</summary>
    public static IReadOnlyList<ExchangeDialect> Dialects { get; } =
    [
        .. new DirectoryInfo(Path.Combine(Root, "tests", "exchanges")).GetDirectories()
            .Where(static d => File.Exists(Path.Combine(d.FullName, "dialect.json")))
            .OrderBy(static d => d.Name, StringComparer.Ordinal)
            .Select(static d => new ExchangeDialect(d.FullName))
            .Where(static d => Core.Catalog.Dialects.All.Contains(d.Dialect)),
    ];

    /// <summary>What a caller of a surface sends for a feature; the same to every dialect. The more special name goes before the feature's.</summary>
    public static JsonObject CallerRequest(string surface, string exchange)
    {
        var folder = Path.Combine(Root, "tests", "exchanges", "callers", surface);
        var file = Path.Combine(folder, exchange + ".json");
        return Json(File.Exists(file) ? file : Path.Combine(folder, FeatureOf(exchange) + ".json"));
    }

    public static string FeatureOf(string exchange) => exchange.Split('.')[0];

    public static JsonObject Json(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Turnpike.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("These tests read the tree that they were built in, and it is not above them.");
    }
}
