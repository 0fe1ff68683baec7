namespace Turnpike.Gateway.Routing.Auto;

/// <summary>Texts by their bytes: which of them begin at a place. Filled once, then read by any number of threads.</summary>
/// <remarks>The edges of all nodes stand in one open hash table, a tenth of what rows of 256 would take.</remarks>
internal sealed class CueTrie
{
    private const int Root = 1;

    private const uint HashFactor = 2654435769; // 2^32 over the golden ratio: spreads neighbours

    private readonly List<int> _ends = [-1, -1];
    private readonly List<int> _following = [];
    private int[] _keys = new int[1024];
    private int[] _nodes = new int[1024];
    private int _edges;

    /// <summary>Adds a text; its number is the count of those before it.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        var node = Root;
        foreach (var value in text)
        {
            node = Child(node, value) is var child and > 0 ? child : AddEdge(node, value);
        }

        _following.Add(_ends[node]);
        _ends[node] = _following.Count - 1;
    }

    /// <summary>The node behind another one; zero when no text goes on so. Begin at <see cref="Start"/>.</summary>
    public int Child(int node, byte value)
    {
        var key = (node << 8) | value;
        for (var slot = SlotOf(key); _keys[slot] != 0; slot = (slot + 1) & (_keys.Length - 1))
        {
            if (_keys[slot] == key)
            {
                return _nodes[slot];
            }
        }

        return 0;
    }

    public static int Start => Root;

    /// <summary>The number of a text that ends at a node; -1 when none does.</summary>
    public int FirstEnd(int node) => _ends[node];

    /// <summary>The next text with the same bytes; -1 behind the last.</summary>
    public int NextEnd(int text) => _following[text];

    private int SlotOf(int key) => (int)(unchecked((uint)key * HashFactor) >> 8) & (_keys.Length - 1);

    private int AddEdge(int node, byte value)
    {
        if (++_edges * 2 > _keys.Length)
        {
            Grow();
        }

        _ends.Add(-1);
        Put((node << 8) | value, _ends.Count - 1);
        return _ends.Count - 1;
    }

    private void Grow()
    {
        var (keys, nodes) = (_keys, _nodes);
        _keys = new int[keys.Length * 2];
        _nodes = new int[keys.Length * 2];
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] != 0)
            {
                Put(keys[i], nodes[i]);
            }
        }
    }

    private void Put(int key, int node)
    {
        var slot = SlotOf(key);
        while (_keys[slot] != 0)
        {
            slot = (slot + 1) & (_keys.Length - 1);
        }

        _keys[slot] = key;
        _nodes[slot] = node;
    }
}
