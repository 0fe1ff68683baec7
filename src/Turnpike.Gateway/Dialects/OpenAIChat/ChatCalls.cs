using System.Text;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Which pieces of an answer's tool calls belong together, where providers number them wrongly, not at all, or give several one id.</summary>
/// <remarks>One for each answer. The index decides where it can; a new name under an index that is taken, with another id or after arguments
/// that are whole, is a call of its own. Pieces without index go by their id, and without both a name begins a call.</remarks>
internal sealed class ChatCalls
{
    private readonly List<Known> _known = [];
    private int _marked;

    /// <summary>True where the choice has calls.</summary>
    public bool Has(int choice)
    {
        foreach (var known in _known)
        {
            if (known.Choice == choice)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True where the choice has calls without arguments.</summary>
    public bool HasBare(int choice) => Bare(choice) is not null;

    /// <summary>True where the provider itself says that the call is one with a text.</summary>
    public bool IsCustom(int choice, int number)
    {
        foreach (var known in _known)
        {
            if (known.Choice == choice && known.Number == number)
            {
                return known.IsCustom;
            }
        }

        return false;
    }

    /// <summary>The number of a call of the choice that no arguments have come for, which is taken as having some afterwards; null where there is
    /// none.</summary>
    public int? TakeBare(int choice)
    {
        var bare = Bare(choice);
        bare?.HasArguments = true;
        return bare?.Number;
    }

    /// <summary>Remembers where it stands, for <see cref="Undo"/>.</summary>
    public void Mark()
    {
        _marked = _known.Count;
        foreach (var known in _known)
        {
            (known.WasClosed, known.HadArguments) = (known.IsClosed, known.HasArguments);
        }
    }

    /// <summary>Forgets the pieces since <see cref="Mark"/>.</summary>
    public void Undo()
    {
        _known.RemoveRange(_marked, _known.Count - _marked);
        foreach (var known in _known)
        {
            (known.IsClosed, known.HasArguments) = (known.WasClosed, known.HadArguments);
        }
    }

    /// <summary>Takes a piece.</summary>
    /// <param name="source">What the members' ranges are of.</param>
    /// <param name="isWhole">The answer is whole: each piece is a call.</param>
    /// <param name="answerId">The provider's id of the answer, from which ids are made for calls that have none.</param>
    public ChatCallPiece Take(int choice, in ChatCallMembers members, ReadOnlySpan<byte> source, bool isWhole, string? answerId)
    {
        ReadOnlySpan<byte> id = members.Id is { } told ? source[told] : default;
        var at = isWhole ? -1 : Find(choice, members, id);
        var isNew = at < 0;
        if (isNew)
        {
            var number = Count(choice);
            var isMade = id.IsEmpty || IsTaken(choice, id);
            _known.Add(new(choice, members.Index, number, id.ToArray(), isMade ? Made(answerId, choice, number) : null) { IsCustom = members.IsCustom });
            at = _known.Count - 1;
        }

        var known = _known[at];
        if (members.IsCustom)
        {
            known.HasArguments = true; // an empty text is one
        }
        else if (members.ArgumentsObject is not null || members.Arguments is not null)
        {
            known.HasArguments = true;
            known.IsClosed = members.ArgumentsObject is not null || source[members.Arguments!.Value][^1] == '}'; // one of the two is there
        }

        return new(known.Number, known.MadeId ?? known.Id, isNew, IsUsual(known, members, id, isNew, isWhole));
    }

    // As OpenAI sends it: a client that only knows that understands it.
    private static bool IsUsual(Known known, in ChatCallMembers members, ReadOnlySpan<byte> id, bool isNew, bool isWhole) =>
        members.ArgumentsObject is null
        && (isWhole || members.Index == known.Number)
        && (isNew ? known.MadeId is null && members is { Name: not null, HasType: true } : id.IsEmpty && members.Name is null)
        && (!isWhole || members.IsCustom || members.Arguments is not null);

    private int Find(int choice, in ChatCallMembers members, ReadOnlySpan<byte> id)
    {
        var last = -1;
        var match = -1;
        for (var i = 0; i < _known.Count; i++)
        {
            if (_known[i].Choice == choice)
            {
                last = i;
                match = (members.Index is { } index ? _known[i].Index == index : !id.IsEmpty && id.SequenceEqual(_known[i].Id)) ? i : match;
            }
        }

        if (members.Name is null)
        {
            return match >= 0 || members.Index is not null ? match : last;
        }

        return match < 0 ? -1
            : members.Index is not null && !id.IsEmpty ? (id.SequenceEqual(_known[match].Id) ? match : -1)
            : _known[match].IsClosed ? -1
            : match;
    }

    private Known? Bare(int choice)
    {
        foreach (var known in _known)
        {
            if (known.Choice == choice && !known.HasArguments)
            {
                return known;
            }
        }

        return null;
    }

    private int Count(int choice)
    {
        var count = 0;
        foreach (var known in _known)
        {
            count += known.Choice == choice ? 1 : 0;
        }

        return count;
    }

    private bool IsTaken(int choice, ReadOnlySpan<byte> id)
    {
        foreach (var known in _known)
        {
            if (known.Choice == choice && id.SequenceEqual(known.Id))
            {
                return true;
            }
        }

        return false;
    }

    // Other answers of a conversation have other ids, so that results find their calls.
    private static byte[] Made(string? answerId, int choice, int number)
    {
        var own = string.Concat((answerId ?? "").Where(char.IsAsciiLetterOrDigit).TakeLast(8));
        return Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"call_{own}{choice}_{number}"));
    }

    private sealed class Known(int choice, int? index, int number, byte[] id, byte[]? madeId)
    {
        public int Choice => choice;

        public int? Index => index;

        public int Number => number;

        public byte[] Id => id;

        public bool IsCustom { get; init; }

        /// <summary>In place of one that is empty or another call's.</summary>
        public byte[]? MadeId => madeId;

        /// <summary>The arguments so far may be all.</summary>
        public bool IsClosed { get; set; }

        public bool WasClosed { get; set; }

        public bool HasArguments { get; set; }

        public bool HadArguments { get; set; }
    }
}
