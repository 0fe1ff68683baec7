namespace Turnpike.Gateway.Routing.Health;

/// <summary>An endpoint's health as lists of endpoints show it: the share of successes in per cent (rate-limited requests count neither
/// way; null where nothing was seen), and percentiles over thirty minutes (seconds, tokens a second).</summary>
internal readonly record struct EndpointReport(float? Uptime5Minutes, float? Uptime30Minutes, float? Uptime1Day, Percentiles FirstToken, Percentiles Throughput);
