using Turnpike.Configuration.Values;

namespace Turnpike.Configuration.Documents;

/// <summary>What reading a document needs besides the document.</summary>
internal sealed class ReadingContext
{
    /// <summary>Most objects are asked for no more, and lists of names then never grow.</summary>
    private const int FieldsUsual = 24;

    private readonly Stack<List<string>> _names = [];

    public required FaultList Faults { get; init; }

    public required SecretReader Secrets { get; init; }

    /// <summary>The day, UTC, whose prices are read.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>When set, collects every field that was asked for: <c>providers[].timeouts.connect</c>. The test of the JSON schema uses it.</summary>
    public SortedSet<string>? FieldsAsked { get; init; }

    public TextPool Texts { get; } = new();

    /// <summary>An empty list for the names of fields; <see cref="GiveBack"/> makes it another object's.</summary>
    public List<string> TakeNames() => _names.TryPop(out var names) ? names : new(FieldsUsual);

    public void GiveBack(List<string> names)
    {
        names.Clear();
        _names.Push(names);
    }
}
