namespace Turnpike.Gateway.Shared;

/// <summary>Tells media in requests from text: it is counted apart, since no token stands for its letters.</summary>
internal static class MediaText
{
    private const int LengthMin = 256;

    /// <summary>Base64, bare or in a data URL: no spaces in its first part. Text that somebody calls "data" goes on counting as text.</summary>
    /// <param name="value">The inside of a JSON string.</param>
    public static bool IsMedia(ReadOnlySpan<byte> value) =>
        value.Length >= LengthMin && (value.StartsWith("data:"u8) || value[..LengthMin].IndexOfAny(" \\\"<{"u8) < 0);
}
