namespace Turnpike.Gateway.Routing.Auto;

/// <summary>Takes the features of a prompt one by one, as numbers.</summary>
internal interface IGramSink
{
    void Add(uint gram);
}

/// <summary>The features by which a kind of task is told: words, pairs of words, how words begin, how the prompt begins, its form. The same for
/// training and for use.</summary>
internal static class PromptGrams
{
    /// <summary>A feature is one of so many; those that fall together share a weight.</summary>
    public const int Buckets = 1 << BucketBits;

    private const int BucketBits = 15;

    /// <summary>Words longer than this also count by how they begin, so that their endings matter less.</summary>
    private const int StemBytes = 5;

    private const uint Word = 1;
    private const uint Stem = 2;
    private const uint Pair = 3;
    private const uint Opening = 4;
    private const uint Payload = 5;
    private const uint Form = 6;
    private const uint Size = 7;
    private const uint Triple = 8;
    private const uint Last = 9;

    /// <summary>Gives the features of a text to a sink.</summary>
    /// <param name="text">As <see cref="PromptText"/> folds it.</param>
    public static void Of<TSink>(ReadOnlySpan<byte> text, in TextForm form, ref TSink sink) where TSink : struct, IGramSink, allows ref struct
    {
        uint before = 0, before2 = 0;
        var words = 0;
        for (var at = 0; at < text.Length;)
        {
            var length = LengthAt(text, at);
            if (length == 0)
            {
                at++;
                continue;
            }

            var word = HashOf(text.Slice(at, length));
            if (form.FactorAt(at) < 1)
            {
                Put(Payload, word, 0, ref sink);
            }
            else
            {
                Put(Word, word, 0, ref sink);
                Put(Pair, before, word, ref sink);
                Put(Triple, Mixed(before2, before), word, ref sink);
                if (length > StemBytes)
                {
                    Put(Stem, HashOf(text.Slice(at, StemBytes)), 0, ref sink);
                }

                words++;
                if (words <= 3)
                {
                    Put(Opening, (uint)words, Mixed(before, word), ref sink);
                }

                (before2, before) = (before, word);
            }

            at += length;
        }

        Put(Last, before, 0, ref sink);
        Put(Size, (uint)BitLength(text.Length), 0, ref sink);
        Put(Size, 100 + (uint)BitLength(words), 0, ref sink);
        for (var each = PromptForm.Tools; each <= PromptForm.Numbers; each++)
        {
            if (form.Has(each))
            {
                AddForm(each, ref sink);
            }
        }
    }

    /// <summary>Gives a feature of the form, or of the request.</summary>
    public static void AddForm<TSink>(PromptForm form, ref TSink sink) where TSink : struct, IGramSink, allows ref struct =>
        Put(Form, (uint)form, 0, ref sink);

    // Letters and digits of any script; a character by itself in scripts without spaces; a sign by itself. Zero for what is between words.
    private static int LengthAt(ReadOnlySpan<byte> text, int at)
    {
        var first = text[at];
        if (first is >= 0xE3 and <= 0xED)
        {
            return Math.Min(3, text.Length - at);
        }

        if (!IsWord(first))
        {
            return first is (byte)' ' or (byte)'\n' or (byte)'.' or (byte)',' or (byte)'-' or (byte)'\'' ? 0 : 1;
        }

        var end = at + 1;
        while (end < text.Length && IsWord(text[end]) && text[end] is not (>= 0xE3 and <= 0xED))
        {
            end++;
        }

        return end - at;
    }

    private static bool IsWord(byte value) => value is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'_' or >= 0x80;

    // One number is as good as another.
    private static uint HashOf(ReadOnlySpan<byte> word)
    {
        var hash = 2166136261;
        var isNumber = true;
        foreach (var value in word)
        {
            isNumber &= value is >= (byte)'0' and <= (byte)'9';
            hash = unchecked((hash ^ value) * 16777619);
        }

        return isNumber ? 1 : hash;
    }

    private static void Put<TSink>(uint kind, uint first, uint second, ref TSink sink) where TSink : struct, IGramSink, allows ref struct =>
        sink.Add(Mixed(Mixed(kind, first), second) >> (32 - BucketBits));

    private static uint Mixed(uint a, uint b)
    {
        var mixed = unchecked((a ^ (b + 0x9E3779B9 + (a << 6) + (a >> 2))) * 0x85EBCA6B);
        return unchecked((mixed ^ (mixed >> 15)) * 0xC2B2AE35);
    }

    private static int BitLength(int value) => 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)value);
}
