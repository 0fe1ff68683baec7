using System.Runtime.CompilerServices;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary>Where the texts of a message stand in the body, as JSON writes them; those behind the eighth are left out.</summary>
internal struct TextRanges
{
    private const int CountMax = 8;

    private Slots _slots;

    public int Count { get; private set; }

    /// <summary>Bytes of all texts, also of those that were left out.</summary>
    public int Bytes { get; private set; }

    public readonly (int Start, int Length) this[int index] => _slots[index];

    public void Add(int start, int length)
    {
        Bytes += length;
        if (Count < CountMax)
        {
            _slots[Count++] = (start, length);
        }
    }

    [InlineArray(CountMax)]
    private struct Slots
    {
        private (int Start, int Length) _first;
    }
}
