using Turnpike.Gateway.Routing.Auto;

namespace Turnpike.Benchmarks.Auto;

/// <summary>Learns the weights of <see cref="KindModel"/>: softmax regression over hashed features, by stochastic gradients whose steps shrink where
/// much was learned (AdaGrad). The same examples and seed give the same weights.</summary>
internal sealed class KindTrainer(int seed)
{
    private const int Epochs = 30;
    private const float Step = 0.5f;

    /// <summary>Of an example's features so many are left out in each pass: no single word may carry a kind.</summary>
    private const float Dropped = 0.4f;

    private const float Decay = 2e-6f;

    private readonly Random _random = new(seed);
    private readonly float[] _weights = new float[PromptGrams.Buckets * TaskKinds.Count];
    private readonly float[] _squares = new float[PromptGrams.Buckets * TaskKinds.Count];
    private readonly float[] _biases = new float[TaskKinds.Count];

    /// <summary>Trains on examples; answers the file of the model.</summary>
    public byte[] Train(IReadOnlyList<(TaskKind Kind, uint[] Grams)> examples)
    {
        var order = Enumerable.Range(0, examples.Count).ToArray();
        var rarity = examples.CountBy(static e => e.Kind).ToDictionary(static c => c.Key, c => examples.Count / (float)(c.Value * TaskKinds.Count));
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            _random.Shuffle(order);
            foreach (var i in order)
            {
                Learn(examples[i].Kind, examples[i].Grams, rarity[examples[i].Kind]);
            }
        }

        var largest = _weights.Select(MathF.Abs).Order().ElementAt((int)(_weights.Length * 0.9999));
        return KindModel.Write(_weights, _biases, Math.Max(largest, 1e-6f) / sbyte.MaxValue);
    }

    private void Learn(TaskKind kind, uint[] all, float weight)
    {
        uint[] grams = [.. all.Where(_ => _random.NextSingle() >= Dropped)];
        if (grams.Length == 0)
        {
            return;
        }

        var norm = 1 / MathF.Sqrt(grams.Length);
        var shares = Shares(grams, norm);
        for (var k = 0; k < shares.Length; k++)
        {
            var slope = weight * (shares[k] - (k == (int)kind ? 1 : 0));
            _biases[k] -= 0.01f * slope;
            foreach (var gram in grams)
            {
                var at = ((int)gram * TaskKinds.Count) + k;
                var gradient = (slope * norm) + (Decay * _weights[at]);
                _squares[at] += gradient * gradient;
                _weights[at] -= Step * gradient / (MathF.Sqrt(_squares[at]) + 0.1f);
            }
        }
    }

    private float[] Shares(uint[] grams, float norm)
    {
        var scores = new float[TaskKinds.Count];
        for (var k = 0; k < scores.Length; k++)
        {
            foreach (var gram in grams)
            {
                scores[k] += _weights[((int)gram * TaskKinds.Count) + k];
            }

            scores[k] = (scores[k] * norm) + _biases[k];
        }

        var top = scores.Max();
        var sum = 0f;
        for (var k = 0; k < scores.Length; k++)
        {
            sum += scores[k] = MathF.Exp(scores[k] - top);
        }

        for (var k = 0; k < scores.Length; k++)
        {
            scores[k] /= sum;
        }

        return scores;
    }
}
