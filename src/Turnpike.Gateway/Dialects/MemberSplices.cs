using System.Collections.Immutable;

namespace Turnpike.Gateway.Dialects;

/// <summary>Gathers, while a reader goes once over the members of a body's outermost object, what is not sent as it came.</summary>
/// <remarks>For each member <see cref="Begin"/>, then <see cref="Mark"/> where it is one of those, then <see cref="End"/>. A struct that changes:
/// keep it in a field.</remarks>
internal struct MemberSplices()
{
    private readonly ImmutableArray<Splice>.Builder _splices = ImmutableArray.CreateBuilder<Splice>(2);
    private int _memberStart;
    private int _previousEnd;
    private bool _isCut;
    private bool _anyKept;
    private bool _endsWithLeadingCut;

    /// <summary>Where members of ours may be added: right behind the opening brace.</summary>
    public int InsertAt { get; private set; }

    /// <param name="at">Right behind the opening brace.</param>
    public void Open(int at) => InsertAt = _previousEnd = at;

    /// <param name="start">Where the member's name begins.</param>
    public void Begin(int start)
    {
        _memberStart = start;
        _isCut = false;
        if (_endsWithLeadingCut)
        {
            // stretched to where this member begins, so that the comma between goes too
            _splices[^1] = _splices[^1] with { End = start };
            _endsWithLeadingCut = false;
        }
    }

    /// <summary>The member that was begun is not sent as it came.</summary>
    public void Mark(SpliceKind kind, int valueStart, int valueEnd)
    {
        // One that may be left out takes a comma with it: the one before it, or, while nothing has been kept, the one behind it.
        _isCut = kind is SpliceKind.Cut or SpliceKind.StreamOptions;
        _endsWithLeadingCut = _isCut && !_anyKept;
        _splices.Add(new(kind, _isCut && _anyKept ? _previousEnd : _memberStart, valueEnd, valueStart, valueEnd));
    }

    /// <summary>A value within the member is not sent as it came; all around it is.</summary>
    public readonly void MarkWithin(SpliceKind kind, int valueStart, int valueEnd) => _splices.Add(new(kind, valueStart, valueEnd, valueStart, valueEnd));

    /// <inheritdoc cref="MarkWithin(SpliceKind,int,int)"/>
    public readonly void MarkWithin(SpliceKind kind, List<Range>? values)
    {
        foreach (var value in values ?? [])
        {
            MarkWithin(kind, value.Start.Value, value.End.Value);
        }
    }

    /// <param name="end">Where the member's value ends.</param>
    public void End(int end)
    {
        _anyKept |= !_isCut;
        _previousEnd = end;
    }

    public readonly ImmutableArray<Splice> ToImmutable() => _splices.ToImmutable();
}
