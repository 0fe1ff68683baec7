using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Turnpike.Gateway.Routing.Presets;

namespace Turnpike.Gateway.Caching;

/// <summary>What a request wants of the cache.</summary>
/// <param name="IsCleared">The kept answer shall be made anew.</param>
/// <param name="Ttl">For how long a new answer is kept.</param>
internal readonly record struct CacheWish(bool IsCleared, TimeSpan Ttl)
{
    private const int SecondsDefault = 300;
    private const int SecondsMax = 86_400;

    /// <summary>What headers and preset say together; null where the answer shall not be kept.</summary>
    public static CacheWish? Of(IHeaderDictionary headers, AppliedPreset? preset)
    {
        var asked = Flag(headers["X-OpenRouter-Cache"].ToString());
        if (asked is null && preset is null)
        {
            return null;
        }

        var (isEnabled, seconds) = preset is null ? default : Read(preset);
        if (isEnabled == false || asked == false || (isEnabled ?? asked) != true)
        {
            return null;
        }

        var ttl = Seconds(headers["X-OpenRouter-Cache-TTL"].ToString()) ?? seconds ?? SecondsDefault;
        return new(Flag(headers["X-OpenRouter-Cache-Clear"].ToString()) == true, TimeSpan.FromSeconds(ttl));
    }

    private static bool? Flag(string word) =>
        word.Equals("true", StringComparison.OrdinalIgnoreCase) ? true : word.Equals("false", StringComparison.OrdinalIgnoreCase) ? false : null;

    // The digits that it begins with, as OpenRouter reads them; brought into the range.
    private static int? Seconds(string text)
    {
        long? seconds = null;
        foreach (var c in text.AsSpan().Trim())
        {
            if (!char.IsAsciiDigit(c))
            {
                break;
            }

            seconds = Math.Min(SecondsMax, ((seconds ?? 0) * 10) + (c - '0'));
        }

        return seconds is { } known ? (int)Math.Max(1, known) : null;
    }

    private static (bool? IsEnabled, int? Seconds) Read(AppliedPreset preset)
    {
        using var config = JsonDocument.Parse(preset.Config);
        return (
            config.RootElement.TryGetProperty(PresetFields.CacheEnabled, out var on) && on.ValueKind is JsonValueKind.True or JsonValueKind.False ? on.GetBoolean() : null,
            config.RootElement.TryGetProperty(PresetFields.CacheTtl, out var ttl) && ttl.ValueKind == JsonValueKind.Number ? ttl.GetInt32() : null);
    }
}
