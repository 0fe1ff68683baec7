namespace Turnpike.Configuration.Documents;

/// <summary>Collects everything that is wrong, so that it is reported together.</summary>
internal sealed class FaultList
{
    private readonly List<ConfigurationFault> _faults = [];

    public int Count => _faults.Count;

    public void Add(ConfigurationFault fault) => _faults.Add(fault);

    /// <summary>A fault of a value.</summary>
    public void Add(DocumentNode at, string message) => _faults.Add(at.Source.FaultAt(at.Offset, at.Path, message));

    /// <summary>A fault of a field itself: unknown, missing.</summary>
    public void AddAtName(DocumentNode at, string message) => _faults.Add(at.Source.FaultAt(at.NameOffset, at.Path, message));

    /// <summary>What has no line first, then file by file in the order of lines.</summary>
    public IReadOnlyList<ConfigurationFault> InOrder()
    {
        var sources = _faults.Select(static f => f.Source).Distinct().ToList();
        return [.. _faults
            .OrderBy(static f => f.Line > 0)
            .ThenBy(f => sources.IndexOf(f.Source))
            .ThenBy(static f => f.Line)
            .ThenBy(static f => f.Column)];
    }
}
