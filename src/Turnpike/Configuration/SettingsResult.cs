using System.Collections.Immutable;

namespace Turnpike.Configuration;

/// <summary>Settings, or everything that is wrong with them.</summary>
internal sealed record SettingsResult
{
    /// <summary>Null when there is a fault.</summary>
    public TurnpikeSettings? Settings { get; init; }

    /// <summary>In the order of the file; those of the environment and the command line come first.</summary>
    public IReadOnlyList<ConfigurationFault> Faults { get; init; } = [];

    /// <summary>The files as they were read, or should have been: turnpike.json first, then those of secrets.</summary>
    public required ImmutableArray<FileStamp> Files { get; init; }
}
