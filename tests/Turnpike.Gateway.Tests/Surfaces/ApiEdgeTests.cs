using System.Net;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Surfaces;

public sealed class ApiEdgeTests
{
    [Theory]
    [InlineData("/api/v1/nothing")]
    [InlineData("/v1")]
    [InlineData("/api/v1/generation/a/b")]
    [InlineData("/elsewhere")]
    [InlineData("/")]
    public async Task An_unknown_address_is_a_json_404(string path)
    {
        await using var host = await SurfaceHost.StartAsync();

        var error = (await host.JsonAsync(path, status: 404)).GetProperty("error");

        Assert.Equal(404, error.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_wrong_method_is_a_json_405_that_names_the_right_ones()
    {
        await using var host = await SurfaceHost.StartAsync();

        using var response = await host.GetAsync("/api/v1/models", method: HttpMethod.Delete);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow.Order());
        Assert.Contains("\"code\":405", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_has_the_headers_and_no_body()
    {
        await using var host = await SurfaceHost.StartAsync();

        using var response = await host.GetAsync("/api/v1/models", method: HttpMethod.Head);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Content.Headers.ContentLength > 100);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_browser_of_any_origin_may_ask_before_it_calls()
    {
        await using var host = await SurfaceHost.StartAsync();
        var preflight = new HttpRequestMessage(HttpMethod.Options, "/api/v1/chat/completions");
        preflight.Headers.Add("Origin", "https://page.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,x-title,x-anything");

        using var response = await host.Client.SendAsync(preflight, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("POST", response.Headers.GetValues("Access-Control-Allow-Methods").Single(), StringComparison.Ordinal);
        Assert.Equal("authorization,content-type,x-title,x-anything", response.Headers.GetValues("Access-Control-Allow-Headers").Single());
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task A_browser_may_read_answers_and_errors_alike()
    {
        await using var host = await SurfaceHost.StartAsync();
        host.Client.DefaultRequestHeaders.Add("Origin", "https://page.example");

        using var answer = await host.GetAsync("/api/v1/models");
        using var error = await host.GetAsync("/api/v1/key");

        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("*", error.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Theory]
    [InlineData("//models", "/api/v1/models")]
    [InlineData("/api/v1//models", "/api/v1/models")]
    [InlineData("/api/v1/v1/models/user", "/api/v1/models/user")]
    [InlineData("/v1/api/v1/key/", "/api/v1/key")]
    [InlineData("/models/count", "/api/v1/models/count")]
    public async Task An_address_that_was_joined_badly_is_told_the_one_that_was_meant(string path, string meant)
    {
        await using var host = await SurfaceHost.StartAsync();

        using var response = await host.Client.GetAsync(new Uri(host.Address.TrimEnd('/') + path), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains($"Did you mean {meant}?", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_addresses_are_left_alone()
    {
        await using var host = await SurfaceHost.StartAsync();
        host.Client.DefaultRequestHeaders.Add("Origin", "https://page.example");

        using var response = await host.GetAsync("/health/live");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }
}
