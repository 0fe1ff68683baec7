using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Turnpike.Core.Money;
using Turnpike.Gateway;
using Turnpike.Storage;

namespace Turnpike.Configuration;

/// <summary>What turnpike.json says besides the catalogue. Null is what it does not say; paths are full.</summary>
internal sealed record FileSettings
{
    public string? Data { get; init; }

    public string? Database { get; init; }

    public DurabilityLevel? Durability { get; init; }

    public long? JournalBytes { get; init; }

    public ImmutableArray<string>? Urls { get; init; }

    public ImmutableArray<string>? AdminUrls { get; init; }

    public NanoUsd? StartingCredit { get; init; }

    public bool? LocalEngines { get; init; }

    public LogLevel? LogLevel { get; init; }

    /// <summary>Complete: what the file does not say has its default.</summary>
    public GatewayOptions Gateway { get; init; } = new();
}
