using System.Globalization;

namespace Turnpike.Gateway.Streaming;

/// <summary>Headers that go with every answer that has a generation.</summary>
internal static class AnswerHeaders
{
    /// <summary>Sets them; the response must not have begun.</summary>
    public static void Set(Exchange exchange)
    {
        var headers = exchange.Http.Response.Headers;
        headers["X-Generation-Id"] = exchange.Id.Value;
        if (exchange.RateLimit is { } limit)
        {
            headers["X-RateLimit-Limit"] = limit.Limit.ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Remaining"] = limit.Remaining.ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Reset"] = limit.ResetAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        }

        if (exchange.Key.Key.Limit is { } credit)
        {
            headers["X-Credit-Limit"] = credit.ToString();
            headers["X-Credit-Remaining"] = exchange.CreditRemaining.ToString();
        }
    }
}
