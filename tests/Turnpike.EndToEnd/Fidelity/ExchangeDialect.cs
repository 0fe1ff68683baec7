using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>One row of the matrix: a provider's dialect as one model speaks it, and its exchanges.</summary>
internal sealed class ExchangeDialect
{
    public ExchangeDialect(string folder)
    {
        Id = Path.GetFileName(folder);
        Settings = ExchangeFiles.Json(Path.Combine(folder, "dialect.json"));
        Exchanges = [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Select(f => new Exchange(this, f))];
    }

    /// <summary>The folder's name; the provider in the test's configuration is called so too.</summary>
    public string Id { get; }

    public JsonObject Settings { get; }

    public IReadOnlyList<Exchange> Exchanges { get; }

    public string Title => (string)Settings["title"]!;

    /// <summary>As <c>turnpike.json</c> calls it.</summary>
    public string Dialect => (string)Settings["dialect"]!;

    /// <summary>How the provider calls the model.</summary>
    public string Model => (string)Settings["model"]!;

    /// <summary>Lines of its event streams end so.</summary>
    public string LineEnd => (string?)Settings["lineEnd"] ?? "\n";

    /// <summary>Where it must be asked, below the base address.</summary>
    public string PathOf(bool stream) => (string)(Settings["paths"]![stream ? "stream" : "whole"] ?? Settings["paths"]!["whole"])!;
}
