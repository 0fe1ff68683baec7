using System.Globalization;
using System.Text.RegularExpressions;

namespace Turnpike.Gateway.Tests.Telemetry;

/// <summary>Reads Prometheus' text format as strictly as a scraper does.</summary>
internal sealed partial class PrometheusPage
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    public PrometheusPage(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var family = "";
        var closed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in text[..^1].Split('\n'))
        {
            if (TypeLine().Match(line) is { Success: true } type)
            {
                Assert.True(closed.Add(family = type.Groups["name"].Value), $"{family} stands twice");
                Types[family] = type.Groups["type"].Value;
                continue;
            }

            if (HelpLine().IsMatch(line))
            {
                continue;
            }

            var sample = SampleLine().Match(line);
            Assert.True(sample.Success, $"not a sample: {line}");
            var name = sample.Groups["name"].Value;
            Assert.True(name == family || (Types[family] == "histogram" && name.StartsWith(family + "_", StringComparison.Ordinal)), $"{name} stands in {family}");
            var value = sample.Groups["value"].Value;
            _samples.Add(line[..line.LastIndexOf(' ')], value == "+Inf" ? double.PositiveInfinity : double.Parse(value, CultureInfo.InvariantCulture));
        }
    }

    public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

    public IEnumerable<string> Series => _samples.Keys;

    public double? this[string series] => _samples.TryGetValue(series, out var value) ? value : null;

    [GeneratedRegex("""^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$""")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^# HELP [a-zA-Z_:][a-zA-Z0-9_:]* .+$""")]
    private static partial Regex HelpLine();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*",?)+\})? (?<value>[-+]?([0-9.]+([eE][-+]?[0-9]+)?|Inf|NaN))$""")]
    private static partial Regex SampleLine();
}
