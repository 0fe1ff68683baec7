using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dispatch;
using Xunit;

namespace Turnpike.Gateway.Tests.Dispatch;

public sealed class LimitHeadersTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1500, "retry-after-ms: 1500|Retry-After: 9")]
    [InlineData(7000, "Retry-After: 7")]
    [InlineData(500, "Retry-After: 0.5")]
    [InlineData(30_000, "Retry-After: Sat, 01 Aug 2026 12:00:30 GMT")]
    [InlineData(0, "Retry-After: Sat, 01 Aug 2026 11:00:00 GMT")]
    [InlineData(360_000, "x-ratelimit-remaining-requests: 5|x-ratelimit-reset-requests: 1s|x-ratelimit-remaining-tokens: 0|x-ratelimit-reset-tokens: 6m0s")]
    [InlineData(120, "x-ratelimit-remaining-tokens: 0|x-ratelimit-reset-tokens: 120ms")]
    [InlineData(3_723_500, "X-RateLimit-Remaining: 0|X-RateLimit-Reset: 1h2m3.5s")]
    [InlineData(20_000, "anthropic-ratelimit-input-tokens-remaining: 0|anthropic-ratelimit-input-tokens-reset: 2026-08-01T12:00:20Z")]
    [InlineData(15_000, "ratelimitbysize-remaining: 0|ratelimitbysize-reset: 15")]
    [InlineData(33_011_500, "x-ratelimit-remaining-requests-day: 0|x-ratelimit-reset-requests-day: 33011.5")]
    [InlineData(10_000, "x-ratelimit-remaining: 0|x-ratelimit-reset: 1785585610")]
    [InlineData(10_000, "x-ratelimit-remaining: 0|x-ratelimit-reset: 1785585610000")]
    [InlineData(60_000, "x-ratelimit-remaining-requests: 3|x-ratelimit-reset-requests: 1s|x-ratelimit-reset-tokens: 60s")]
    [InlineData(5500, "x-ratelimit-remaining-requests-day: 99|x-ratelimit-reset-requests-day: 33011.5|x-ratelimit-remaining-tokens-minute: 900|x-ratelimit-reset-tokens-minute: 5.5")]
    [InlineData(null, "x-ratelimit-remaining-requests: 3|x-ratelimit-reset-requests: 8h")]
    [InlineData(86_400_000, "Retry-After: 99999999")]
    [InlineData(null, "x-ratelimit-remaining: 0|x-ratelimit-reset: soon")]
    [InlineData(null, "Retry-After: -1")]
    [InlineData(null, "x-request-id: 5")]
    public void A_refusal_says_how_long_to_wait_in_its_vendors_words(int? milliseconds, string headers) => Assert.Equal(
        milliseconds, LimitHeaders.WaitAfter(429, Headers(headers), Now, ResetUnit.Seconds)?.TotalMilliseconds);

    [Fact]
    public void A_limit_that_is_not_used_up_is_no_reason_to_wait_after_another_failure()
    {
        var headers = Headers("x-ratelimit-remaining-requests: 3|x-ratelimit-reset-requests: 60s");

        Assert.Null(LimitHeaders.WaitAfter(500, headers, Now, ResetUnit.Seconds));
        Assert.Null(LimitHeaders.UntilReset(headers, Now, ResetUnit.Seconds));
    }

    [Fact]
    public void A_bare_number_is_what_the_quirks_say() => Assert.Equal(
        TimeSpan.FromMilliseconds(1500),
        LimitHeaders.UntilReset(Headers("x-ratelimit-remaining: 0|x-ratelimit-reset: 1500"), Now, ResetUnit.Milliseconds));

    private static System.Net.Http.Headers.HttpResponseHeaders Headers(string lines)
    {
        var headers = new HttpResponseMessage().Headers;
        foreach (var line in lines.Split('|'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.TryAddWithoutValidation(line[..colon], line[(colon + 1)..].Trim());
        }

        return headers;
    }
}
