using System.Globalization;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>Pixels of an aspect ratio and a resolution: the area of a square of the resolution, in steps of sixteen pixels.</summary>
internal static class ImageSize
{
    private const int Step = 16;

    private static readonly string[] Usual = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"];

    /// <summary><c>1024x1024</c>; null where neither says anything.</summary>
    /// <param name="ratio"><c>16:9</c>, <c>auto</c>, or null.</param>
    /// <param name="resolution">512, 1K, 2K, 4K, or null.</param>
    public static string? Of(string? ratio, string? resolution)
    {
        if (ratio is null or "auto" && resolution is null)
        {
            return null;
        }

        var side = resolution switch { "512" => 512, "2K" => 2048, "4K" => 4096, _ => 1024 };
        var (across, down) = Sides(ratio);
        var width = side * Math.Sqrt(across / down);
        return string.Create(CultureInfo.InvariantCulture, $"{Stepped(width)}x{Stepped(width * down / across)}");
    }

    /// <summary>True for two positive numbers with a colon between, at most eight to one.</summary>
    public static bool IsRatio(string ratio)
    {
        var (across, down) = Sides(ratio);
        return across > 0 && down > 0 && Math.Max(across / down, down / across) <= 8;
    }

    /// <summary>Of the ratios that conversations are asked for, the nearest to a size like <c>1024x1536</c>; null for what is none.</summary>
    public static string? RatioOf(string? size) =>
        size?.Split('x') is [var across, var down]
        && int.TryParse(across, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && int.TryParse(down, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
        && width > 0 && height > 0
            ? Usual.MinBy(ratio => Math.Abs(Math.Log((double)width / height) - Math.Log(Sides(ratio).Across / Sides(ratio).Down)))
            : null;

    private static int Stepped(double pixels) => (int)Math.Round(pixels / Step) * Step;

    private static (double Across, double Down) Sides(string? ratio) =>
        ratio is null or "auto" ? (1, 1)
        : ratio.Split(':') is [var a, var b] && double.TryParse(a, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var across)
            && double.TryParse(b, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var down) ? (across, down)
        : (0, 0);
}
