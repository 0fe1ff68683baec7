using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Turnpike.Catalog;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Turnpike.Gateway;
using Turnpike.Storage;

namespace Turnpike.Configuration;

/// <summary>Everything that an operator can set, validated whole. See docs/configuration.md.</summary>
internal sealed record TurnpikeSettings
{
    public const string DefaultUrl = "http://127.0.0.1:8088";

    public static NanoUsd DefaultStartingCredit { get; } = NanoUsd.FromUsd(5);

    public GatewayOptions Gateway { get; init; } = new();

    /// <summary>Where the book is kept. Default: SQLite in <c>./data</c>.</summary>
    public required StorageOptions Storage { get; init; }

    /// <summary>The credit that the first account gets, once. Default 5 USD, 0 to 1,000,000.</summary>
    public NanoUsd StartingCredit { get; init; } = DefaultStartingCredit;

    /// <summary>The addresses that callers are served on. Default <c>http://127.0.0.1:8088</c>.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [DefaultUrl];

    /// <summary>Addresses for the operator's pages alone; empty: they are served on <see cref="Urls"/>.</summary>
    public IReadOnlyList<string> AdminUrls => Gateway.AdminUrls;

    /// <summary>Whether engines on this machine are looked for. Default false.</summary>
    public bool LocalEngines { get; init; }

    /// <summary>The least level that is logged. Default Information.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Providers, models and endpoints: built in, shipped for the enabled providers, and the file's.</summary>
    public CatalogContent Catalog { get; init; } = CatalogContent.Empty;

    /// <summary>How good the shipped models are, for callers who name none.</summary>
    public QualityTable Quality { get; init; } = QualityTable.Empty;

    /// <summary>What an operator should know and is not wrong, a sentence each; logged at start.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>The files as they were read: turnpike.json, which need not be there, then those of secrets.</summary>
    public ImmutableArray<FileStamp> Files { get; init; } = [];

    public required SettingsOrigin Origin { get; init; }
}
