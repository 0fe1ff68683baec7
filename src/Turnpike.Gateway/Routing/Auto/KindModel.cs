using System.Buffers.Binary;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary>How much each feature of a prompt speaks for each kind of task: a linear model with a byte a weight. Immutable once read.</summary>
/// <remarks>Made by <c>auto train</c> of the benchmarks from the prompts in <c>bench/auto</c>.</remarks>
internal sealed class KindModel
{
    private const int HeaderBytes = 8;

    private readonly sbyte[] _weights;
    private readonly float[] _biases = new float[TaskKinds.Count];
    private readonly float _scale;

    private KindModel(ReadOnlySpan<byte> file)
    {
        var (kinds, buckets) = (BinaryPrimitives.ReadInt32LittleEndian(file), PromptGrams.Buckets);
        var biases = file[HeaderBytes..];
        if (kinds != TaskKinds.Count || file.Length != HeaderBytes + (kinds * sizeof(float)) + (kinds * buckets))
        {
            throw new InvalidDataException("The model of kinds belongs to another version of the program.");
        }

        _scale = BinaryPrimitives.ReadSingleLittleEndian(file[4..]);
        for (var kind = 0; kind < kinds; kind++)
        {
            _biases[kind] = BinaryPrimitives.ReadSingleLittleEndian(biases[(kind * sizeof(float))..]);
        }

        _weights = new sbyte[kinds * buckets];
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, sbyte>(biases[(kinds * sizeof(float))..]).CopyTo(_weights);
    }

    /// <summary>Reads a file that <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is none, or one of another version.</exception>
    public static KindModel Read(ReadOnlySpan<byte> file) => file.Length > HeaderBytes ? new(file) : throw new InvalidDataException("There is no model of kinds.");

    /// <summary>Writes weights (feature by feature, a row of kinds each) and biases; what is beyond the range of a byte is cut.</summary>
    public static byte[] Write(ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, float scale)
    {
        var file = new byte[HeaderBytes + (biases.Length * sizeof(float)) + weights.Length];
        BinaryPrimitives.WriteInt32LittleEndian(file, biases.Length);
        BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(4), scale);
        for (var kind = 0; kind < biases.Length; kind++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(HeaderBytes + (kind * sizeof(float))), biases[kind]);
        }

        var rows = file.AsSpan(HeaderBytes + (biases.Length * sizeof(float)));
        for (var i = 0; i < weights.Length; i++)
        {
            rows[i] = unchecked((byte)(sbyte)Math.Clamp(MathF.Round(weights[i] / scale), sbyte.MinValue, sbyte.MaxValue));
        }

        return file;
    }

    /// <summary>A sum over features, each counted once.</summary>
    /// <param name="sums">One a kind, zero.</param>
    /// <param name="seen">A bit a feature, clear.</param>
    public Sum Begin(Span<int> sums, Span<ulong> seen) => new(_weights, sums, seen);

    /// <summary>Adds what the features say to the scores of the kinds; nothing where there were none.</summary>
    public void Add(in Sum sum, double factor, Span<double> scores)
    {
        if (sum.Count == 0)
        {
            return;
        }

        var norm = factor * _scale / Math.Sqrt(sum.Count);
        for (var kind = 0; kind < scores.Length; kind++)
        {
            scores[kind] += (factor * _biases[kind]) + (norm * sum.Of(kind));
        }
    }

    /// <summary>Features as they come.</summary>
    public ref struct Sum : IGramSink
    {
        private readonly ReadOnlySpan<sbyte> _weights;
        private readonly Span<int> _sums;
        private readonly Span<ulong> _seen;

        internal Sum(ReadOnlySpan<sbyte> weights, Span<int> sums, Span<ulong> seen)
        {
            _weights = weights;
            _sums = sums;
            _seen = seen;
        }

        public int Count { get; private set; }

        public readonly int Of(int kind) => _sums[kind];

        public void Add(uint gram)
        {
            ref var word = ref _seen[(int)(gram >> 6)];
            var bit = 1UL << (int)(gram & 63);
            if ((word & bit) != 0)
            {
                return;
            }

            word |= bit;
            Count++;
            var row = _weights.Slice((int)gram * _sums.Length, _sums.Length);
            for (var kind = 0; kind < row.Length; kind++)
            {
                _sums[kind] += row[kind];
            }
        }
    }
}
