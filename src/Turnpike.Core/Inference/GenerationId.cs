namespace Turnpike.Core.Inference;

/// <summary>Names one answered request: <c>gen-</c>, unix seconds, <c>-</c>, twenty letters and digits. Sorts by time.</summary>
public readonly record struct GenerationId(string Value)
{
    public const int Length = 4 + 10 + 1 + 20;

    public static GenerationId New(DateTimeOffset now, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new(string.Create(Length, (now.ToUnixTimeSeconds(), random), static (span, state) =>
        {
            "gen-".CopyTo(span);
            state.Item1.TryFormat(span[4..14], out _, "D10");
            span[14] = '-';
            state.random.GetItems("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", span[15..]);
        }));
    }

    public override string ToString() => Value;
}
