using System.Buffers;
using System.Globalization;
using System.Text;

namespace Turnpike.Gateway.Telemetry;

/// <summary>Writes metrics in Prometheus' text format 0.0.4.</summary>
internal sealed class PrometheusText(IBufferWriter<byte> output)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly string[] StatusClassNames = ["other", "1xx", "2xx", "3xx", "4xx", "5xx"];

    public static string StatusClass(int statusClass) => statusClass is > 0 and < EndpointSeries.StatusClasses
        ? StatusClassNames[statusClass]
        : StatusClassNames[0];

    public static string HedgeEvent(HedgeEvent what) => what switch
    {
        Telemetry.HedgeEvent.Started => "started",
        Telemetry.HedgeEvent.Won => "won",
        Telemetry.HedgeEvent.Lost => "lost",
        Telemetry.HedgeEvent.RefusedShare => "refused_share",
        Telemetry.HedgeEvent.RefusedCost => "refused_cost",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Label pairs with escaped values, to be put between braces.</summary>
    public static string Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(name).Append("=\"").Append(Escape(value)).Append('"');
        }

        return text.ToString();
    }

    public static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    public void Family(string name, string type, string help) => Line(
        $"# HELP {name} {help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\n# TYPE {name} {type}");

    public void Sample(string name, string labels, string value) => Line(labels.Length == 0 ? $"{name} {value}" : $"{name}{{{labels}}} {value}");

    public void Sample(string name, string labels, long value) => Sample(name, labels, value.ToString(CultureInfo.InvariantCulture));

    public void Sample(string name, string labels, double value) => Sample(name, labels, Number(value));

    /// <summary>Writes the buckets, sum and count of a histogram. Values are divided by <paramref name="scale"/>.</summary>
    public void Buckets(string name, string labels, Histogram histogram, decimal scale)
    {
        long count = 0;
        for (var i = 0; i <= histogram.Bounds.Length; i++)
        {
            count += histogram.InBucket(i);
            var bound = i < histogram.Bounds.Length ? Number(histogram.Bounds[i] / scale) : "+Inf";
            Sample(name + "_bucket", $"{labels},le=\"{bound}\"", count);
        }

        Sample(name + "_sum", labels, Number(histogram.Sum / scale));
        Sample(name + "_count", labels, count);
    }

    public static string Number(decimal value) => (value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private void Line(string text)
    {
        Encoding.UTF8.GetBytes(text, output);
        output.Write("\n"u8);
    }
}
