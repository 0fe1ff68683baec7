using Microsoft.Extensions.Logging;
using Turnpike.Storage;

namespace Turnpike.Configuration;

/// <summary>What the command line says. Null is what it does not say; what it says wins over the environment and the file.</summary>
internal sealed record CommandLineSettings
{
    public static CommandLineSettings None { get; } = new();

    /// <summary><c>--config</c>: the path of turnpike.json, relative to the working directory. A file that is named must be there.</summary>
    public string? Config { get; init; }

    /// <summary><c>--data</c>: the data folder, relative to the working directory.</summary>
    public string? Data { get; init; }

    /// <summary><c>--database</c>: see <see cref="StorageOptions.Database"/>.</summary>
    public string? Database { get; init; }

    /// <summary><c>--urls</c>: each element may hold several addresses with <c>;</c> between them.</summary>
    public IReadOnlyList<string>? Urls { get; init; }

    /// <summary><c>--admin-urls</c>: as <see cref="Urls"/>.</summary>
    public IReadOnlyList<string>? AdminUrls { get; init; }

    /// <summary><c>--local-engines</c>.</summary>
    public bool? LocalEngines { get; init; }

    /// <summary><c>--durability</c>.</summary>
    public DurabilityLevel? Durability { get; init; }

    /// <summary><c>--log-level</c>.</summary>
    public LogLevel? LogLevel { get; init; }
}
