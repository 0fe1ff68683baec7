using System.Globalization;
using System.Text;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary>The cues of a file, ready to be looked for. Immutable once read.</summary>
internal sealed class CueSet
{
    /// <summary>Slots behind those of the kinds.</summary>
    public static readonly int Hard = TaskKinds.Count;

    public static readonly int Easy = Hard + 1;

    public static readonly int Foreign = Hard + 2;

    public static readonly int Slots = Hard + 3;

    private const int CueBytesMax = 128;

    private readonly CueTrie _trie = new();
    private readonly List<Cue> _cues = [];
    private readonly double[] _bases = new double[TaskKinds.Count];

    private CueSet()
    {
    }

    public int Count => _cues.Count;

    /// <summary>Reads lines of kind, weight and cues, parted by tabs.</summary>
    /// <exception cref="InvalidDataException">A line is not of that form: the file ships with the program, so this is a fault of ours.</exception>
    public static CueSet Read(TextReader lines)
    {
        var set = new CueSet();
        for (var line = lines.ReadLine(); line is not null; line = lines.ReadLine())
        {
            if (line.Length > 0 && line[0] != '#')
            {
                set.ReadLine(line);
            }
        }

        return set;
    }

    /// <summary>Where the difficulty of a kind begins.</summary>
    public double BaseOf(TaskKind kind) => _bases[(int)kind];

    /// <summary>Adds the weights of the cues that begin at a place, each the first time only.</summary>
    /// <param name="seen">A bit a cue: those that have counted.</param>
    /// <param name="factor">What a cue counts here.</param>
    public void AddAt(ReadOnlySpan<byte> text, int start, double factor, Span<ulong> seen, Span<double> scores)
    {
        var node = CueTrie.Start;
        for (var i = start; i < text.Length; i++)
        {
            node = _trie.Child(node, text[i] == (byte)'\n' ? (byte)' ' : text[i]);
            if (node == 0)
            {
                return;
            }

            for (var at = _trie.FirstEnd(node); at >= 0; at = _trie.NextEnd(at))
            {
                var cue = _cues[at];
                var bit = 1UL << (at & 63);
                if ((seen[at >> 6] & bit) == 0 && (cue.IsStem || EndsAt(text, i)) && (!cue.IsOpening || start == 0))
                {
                    seen[at >> 6] |= bit;
                    scores[cue.Slot] += cue.Weight * factor;
                }
            }
        }
    }

    /// <summary>Whether a word may begin here: behind what is no letter, and anywhere in scripts without spaces.</summary>
    public static bool BeginsAt(ReadOnlySpan<byte> text, int at) =>
        at == 0 || !IsWord(text[at]) || !IsWord(text[at - 1]);

    private static bool EndsAt(ReadOnlySpan<byte> text, int last) =>
        last + 1 == text.Length || !IsWord(text[last]) || !IsWord(text[last + 1]);

    private static bool IsWord(byte value) => value is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9');

    private void ReadLine(string line)
    {
        if (line.Split('\t') is not [var word, var weightText, var cues]
            || !double.TryParse(weightText, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight))
        {
            throw new InvalidDataException($"Not kind, weight and cues: {line}");
        }

        foreach (var cue in cues.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (word == "base")
            {
                _bases[(int)KindOf(cue)] = weight;
            }
            else
            {
                Add(cue, new(SlotOf(word), weight));
            }
        }
    }

    private static TaskKind KindOf(string word) => TaskKinds.Find(word) ?? throw new InvalidDataException($"There is no kind {word}.");

    private static int SlotOf(string word) => word switch
    {
        "hard" => Hard,
        "easy" => Easy,
        "foreign" => Foreign,
        _ => (int)KindOf(word),
    };

    private void Add(string text, Cue cue)
    {
        cue = cue with { IsOpening = text[0] == '^', IsStem = text.Length > 1 && text[^1] == '*' };
        var plain = Encoding.UTF8.GetBytes(text[(cue.IsOpening ? 1 : 0)..(cue.IsStem ? ^1 : ^0)]);
        Span<byte> buffer = stackalloc byte[CueBytesMax];
        var folded = new PromptText(buffer);
        folded.AppendPlain(plain);
        _trie.Add(folded.Bytes);
        _cues.Add(cue);
    }
}
