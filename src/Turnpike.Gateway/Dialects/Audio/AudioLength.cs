using System.Buffers.Binary;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>How long audio is, by its bytes; without decoding it.</summary>
internal static class AudioLength
{
    /// <summary>128 kbit/s, where the file does not say.</summary>
    private const double BytesASecond = 16_000;

    /// <summary>8 kbit/s: what the most thrifty speech codecs come to.</summary>
    private const double BytesASecondLeast = 1_000;

    private const int RateOffset = 28;

    public static double Seconds(ReadOnlySpan<byte> audio) => audio.Length / (WaveRate(audio) ?? BytesASecond);

    public static double SecondsBound(ReadOnlySpan<byte> audio) => audio.Length / BytesASecondLeast;

    // The byte rate of a wave file; one beyond those of speech is not believed.
    private static double? WaveRate(ReadOnlySpan<byte> audio) =>
        audio.Length > RateOffset + 4 && audio.StartsWith("RIFF"u8) && audio[8..].StartsWith("WAVEfmt "u8)
        && BinaryPrimitives.ReadUInt32LittleEndian(audio[RateOffset..]) is >= 2_000 and <= 400_000 and var rate
            ? rate
            : null;
}
