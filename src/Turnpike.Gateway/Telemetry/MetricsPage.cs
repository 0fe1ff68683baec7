using System.Buffers;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Telemetry;

/// <summary>Puts together what <c>/metrics</c> shows.</summary>
internal sealed class MetricsPage(GatewayTelemetry telemetry, ProcessFigures process)
{
    private const decimal MicrosecondsPerSecond = 1_000_000m;

    public void Write(IBufferWriter<byte> output)
    {
        var text = new PrometheusText(output);
        List<Labelled> all = [.. telemetry.Series.Select(static s => new Labelled(s, PrometheusText.Labels(
            ("gen_ai_provider_name", s.Provider), ("gen_ai_request_model", s.Model))))];
        WriteCounters(text, all);
        WriteHedges(text, all);
        WriteHistograms(text, all);

        text.Family("turnpike_streams_active", "gauge", "Streams under way.");
        text.Sample("turnpike_streams_active", "", telemetry.StreamsActive);
        foreach (var gauge in telemetry.Gauges.OrderBy(static g => g.Name, StringComparer.Ordinal))
        {
            text.Family(gauge.Name, "gauge", gauge.Help);
            text.Sample(gauge.Name, "", gauge.Read());
        }

        process.Write(text);
    }

    private static void WriteCounters(PrometheusText text, List<Labelled> all)
    {
        text.Family("turnpike_requests_total", "counter", "Chat requests that have ended, by the class of the status that the caller got.");
        foreach (var (series, labels) in all)
        {
            for (var i = 0; i < EndpointSeries.StatusClasses; i++)
            {
                SampleIfAny(text, "turnpike_requests_total", $"{labels},status_class=\"{PrometheusText.StatusClass(i)}\"", series.Requests(i));
            }
        }

        text.Family("turnpike_request_errors_total", "counter", "Chat requests that have failed, by error type; streams that broke included.");
        WriteErrors(text, "turnpike_request_errors_total", all, static (series, type) => series.Errors(type));
        text.Family("turnpike_attempts_failed_total", "counter", "Attempts at an endpoint that have failed, by error type.");
        WriteErrors(text, "turnpike_attempts_failed_total", all, static (series, type) => series.FailedAttempts(type));

        text.Family("turnpike_cost_usd_total", "counter", "What accounts were charged, US dollars.");
        foreach (var (series, labels) in all.Where(static l => l.Series.ChargedNano > 0))
        {
            text.Sample("turnpike_cost_usd_total", labels, new NanoUsd(series.ChargedNano).ToString());
        }
    }

    private static void WriteHedges(PrometheusText text, List<Labelled> all)
    {
        text.Family("turnpike_hedges_total", "counter", "Second attempts beside slow ones, by what became of them.");
        foreach (var (series, labels) in all)
        {
            foreach (var what in Enum.GetValues<HedgeEvent>())
            {
                SampleIfAny(text, "turnpike_hedges_total", $"{labels},event=\"{PrometheusText.HedgeEvent(what)}\"", series.Hedges(what));
            }
        }

        text.Family("turnpike_hedge_cost_usd_total", "counter", "What called-off attempts have cost the operator, by estimate, US dollars.");
        foreach (var (series, labels) in all.Where(static l => l.Series.HedgeLostNano > 0))
        {
            text.Sample("turnpike_hedge_cost_usd_total", labels, new NanoUsd(series.HedgeLostNano).ToString());
        }
    }

    private static void WriteErrors(PrometheusText text, string name, List<Labelled> all, Func<EndpointSeries, int, long> count)
    {
        foreach (var (series, labels) in all)
        {
            for (var i = 0; i < ErrorTypeIndex.Names.Length; i++)
            {
                SampleIfAny(text, name, $"{labels},error_type=\"{ErrorTypeIndex.Names[i]}\"", count(series, i));
            }
        }
    }

    private static void WriteHistograms(PrometheusText text, List<Labelled> all)
    {
        const string duration = "gen_ai_client_operation_duration_seconds";
        const string firstToken = "gen_ai_server_time_to_first_token_seconds";
        const string tokens = "gen_ai_client_token_usage";
        text.Family(duration, "histogram", "Duration of chat requests, from admission to the last byte.");
        WriteHistogram(text, duration, "", all, static s => s.Duration, MicrosecondsPerSecond);
        text.Family(firstToken, "histogram", "Time from admission to the first content of an answer.");
        WriteHistogram(text, firstToken, "", all, static s => s.FirstToken, MicrosecondsPerSecond);
        text.Family(tokens, "histogram", "Tokens of a request, by type.");
        WriteHistogram(text, tokens, ",gen_ai_token_type=\"input\"", all, static s => s.InputTokens, 1);
        WriteHistogram(text, tokens, ",gen_ai_token_type=\"output\"", all, static s => s.OutputTokens, 1);
    }

    private static void WriteHistogram(
        PrometheusText text, string name, string moreLabels, List<Labelled> all, Func<EndpointSeries, Histogram> pick, decimal scale)
    {
        foreach (var (series, labels) in all)
        {
            var histogram = pick(series);
            if (HasAny(histogram))
            {
                text.Buckets(name, $"{labels},gen_ai_operation_name=\"chat\"{moreLabels}", histogram, scale);
            }
        }
    }

    private static bool HasAny(Histogram histogram)
    {
        for (var i = 0; i <= histogram.Bounds.Length; i++)
        {
            if (histogram.InBucket(i) > 0)
            {
                return true;
            }
        }

        return false;
    }

    // What never happened has no series: 700 models with every error type would be a page of zeros.
    private static void SampleIfAny(PrometheusText text, string name, string labels, long value)
    {
        if (value > 0)
        {
            text.Sample(name, labels, value);
        }
    }

    private sealed record Labelled(EndpointSeries Series, string Labels);
}
