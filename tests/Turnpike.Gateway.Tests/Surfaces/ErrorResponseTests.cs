using System.Buffers;
using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Tests.Surfaces;

public sealed class ErrorResponseTests
{
    [Fact]
    public void An_unknown_model_is_told_in_full()
    {
        var body = Format(GatewayErrors.ModelNotFound("acme/x", ["acme/y"]));

        Assert.Equal("""
            {"error":{"code":404,"message":"There is no model 'acme/x' here. Did you mean acme/y?","type":"not_found_error","param":"model","error_type":"not_found","http_status":404,"metadata":{"error_type":"not_found"},"availability":{"code":"model_not_found","retryable":false,"requested_models":["acme/x"],"fallback_models":["acme/y"],"docs_url":"https://openrouter.ai/docs/api/reference/errors-and-debugging"}}}
            """, body);
    }

    [Fact]
    public void A_provider_that_failed_is_named_with_what_it_said_and_what_failed_before()
    {
        var error = GatewayErrors.ProviderOverloaded("Bolt", TimeSpan.FromSeconds(2.2)) with
        {
            ProviderMessage = new string('x', 5_000),
            PreviousErrors = [new("Acme", "rate_limit_exceeded", 429)],
        };

        var json = JsonDocument.Parse(Format(error)).RootElement.GetProperty("error");

        var metadata = json.GetProperty("metadata");
        Assert.Equal("error_type previous_errors provider_code provider_name raw", metadata.Names());
        Assert.Equal("""[{"provider":"Acme","code":"rate_limit_exceeded","status":429}]""", metadata.GetProperty("previous_errors").GetRawText());
        Assert.True(metadata.GetProperty("raw").GetString()!.Length <= 1001);
        Assert.Equal(3, json.GetProperty("availability").GetProperty("retry_after").GetInt32());
        Assert.Equal("""["Bolt"]""", json.GetProperty("availability").GetProperty("affected_providers").GetRawText());
    }

    [Fact]
    public void A_fault_of_ours_says_nothing_beyond_its_message()
    {
        var error = JsonDocument.Parse(Format(GatewayErrors.Internal with { ProviderMessage = "secret" })).RootElement.GetProperty("error");

        Assert.Equal("code error_type message param type", error.Names());
    }

    [Theory]
    [InlineData(429, null, "60")]
    [InlineData(429, 0.0, "1")]
    [InlineData(429, 1.2, "2")]
    [InlineData(503, 7.0, "7")]
    [InlineData(503, null, null)]
    [InlineData(400, 7.0, null)]
    public async Task Retry_after_is_whole_seconds(int status, double? seconds, string? header)
    {
        var error = new GatewayError
        {
            Status = status, Type = "x", Fault = Fault.Caller, Message = "m", RetryAfter = seconds is { } s ? TimeSpan.FromSeconds(s) : null,
        };

        var context = await WriteAsync(error);

        Assert.Equal(header ?? "", context.Response.Headers.RetryAfter.ToString());
        Assert.Equal(status, context.Response.StatusCode);
        Assert.Equal("application/json", context.Response.ContentType);
    }

    [Fact]
    public async Task A_limit_that_was_hit_is_told_in_headers()
    {
        var state = new RateLimitState(20, 0, DateTimeOffset.FromUnixTimeMilliseconds(1_777_600_000_123));

        var context = await WriteAsync(GatewayErrors.FreeLimitReached(state, "minute", TimeSpan.FromSeconds(12)));

        var headers = context.Response.Headers;
        Assert.Equal("20 0 1777600000123 12", $"{headers["X-RateLimit-Limit"]} {headers["X-RateLimit-Remaining"]} {headers["X-RateLimit-Reset"]} {headers.RetryAfter}");
    }

    private static string Format(GatewayError error)
    {
        var output = new ArrayBufferWriter<byte>();
        ErrorResponse.Format(output, error);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static async Task<HttpContext> WriteAsync(GatewayError error)
    {
        var context = new DefaultHttpContext();
        context.Response.Body = new MemoryStream();
        await ErrorResponse.WriteAsync(context, error);
        return context;
    }
}
