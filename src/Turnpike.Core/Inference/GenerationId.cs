namespace Turnpike.Core.Inference;

/// <summary>Names one answered request: <c>gen-</c>, unix seconds, <c>-</c>, twenty letters and digits. Sorts by time.</summary>
/// <remarks>The first four of the twenty tell the microsecond, so that what is stored under ids is stored in the order in which it comes;
/// the other sixteen are chance (95 bits).</remarks>
public readonly record struct GenerationId(string Value)
{
    public const int Length = 4 + 10 + 1 + 20;

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static GenerationId New(DateTimeOffset now, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new(string.Create(Length, (now, random), static (span, state) =>
        {
            "gen-".CopyTo(span);
            state.now.ToUnixTimeSeconds().TryFormat(span[4..14], out _, "D10");
            span[14] = '-';
            var micros = (int)(state.now.UtcTicks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
            for (var i = 18; i >= 15; i--)
            {
                (micros, var digit) = Math.DivRem(micros, Digits.Length);
                span[i] = Digits[digit];
            }

            state.random.GetItems(Digits, span[19..]);
        }));
    }

    public override string ToString() => Value;
}
