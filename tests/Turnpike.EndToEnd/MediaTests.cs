using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Pictures by address, for a provider that takes none.</summary>
public sealed class MediaTests
{
    private static readonly byte[] _picture = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private static Answer Picture => Answer.Json(_picture) with { ContentType = "image/png" };

    private static string Body(string url) =>
        """{"model":"test/claude","messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"URL"}}]}]}"""
            .Replace("URL", url, StringComparison.Ordinal);

    [Fact]
    public async Task A_picture_is_fetched_once_and_sent_as_data()
    {
        await using var host = JsonService.Start(static _ => Picture);
        await using var gateway = await StartAsync(static c => c.Set("media.privateAddresses", true));

        await gateway.Client.ChatAsync(Body(host.Url + "/a.png"));

        Assert.Contains(Convert.ToBase64String(_picture), Assert.Single(gateway.Alpha.Exchanges).BodyText, StringComparison.Ordinal);
        Assert.Single(host.Exchanges);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/a.png", "not open")]
    [InlineData("http://localhost:1/a.png", "not open")]
    [InlineData("http://169.254.169.254/latest/meta-data", "not open")]
    [InlineData("http://[::1]:1/a.png", "not open")]
    [InlineData("ftp://a.example/a.png", "neither http")]
    [InlineData("not an address", "no address")]
    public async Task What_must_not_be_reached_is_not(string url, string fault)
    {
        await using var gateway = await StartAsync(static _ => { });

        var reply = await gateway.Client.ChatAsync(Body(url));

        Assert.Equal(400, reply.Status);
        Assert.Contains(fault, reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task A_redirect_is_judged_like_the_first_address_and_bounded()
    {
        JsonService host = null!;
        await using var loop = host = JsonService.Start(_ => Answer.Json("", 302).With("Location", host.Url + "/again"));
        await using var gateway = await StartAsync(static c => c.Set("media.privateAddresses", true));

        var reply = await gateway.Client.ChatAsync(Body(host.Url + "/a.png"));

        Assert.Contains("redirects too often", reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(4, host.Exchanges.Length);
    }

    [Theory]
    [InlineData("text/html", 200, "of the type")]
    [InlineData("image/png", 404, "answered with 404")]
    public async Task What_is_no_picture_is_not_sent(string type, int status, string fault)
    {
        await using var host = JsonService.Start(_ => Picture with { ContentType = type, Status = status });
        await using var gateway = await StartAsync(static c => c.Set("media.privateAddresses", true));

        var reply = await gateway.Client.ChatAsync(Body(host.Url + "/a.png"));

        Assert.Contains(fault, reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task What_is_too_large_is_not_held()
    {
        await using var host = JsonService.Start(static _ => Answer.Json(new byte[4096]) with { ContentType = "image/png" });
        await using var gateway = await StartAsync(static c => c.Set("media.privateAddresses", true).Set("media.bytesMax", 2048));

        Assert.Contains("too large", (await gateway.Client.ChatAsync(Body(host.Url + "/a.png"))).ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_fetched_for_a_request_is_no_larger_than_its_body_may_be()
    {
        await using var host = JsonService.Start(static _ => Answer.Json(new byte[3000]) with { ContentType = "image/png" });
        await using var gateway = await StartAsync(static c => c.Set("media.privateAddresses", true).Set("limits.bodyBytesMax", 4096));
        var picture = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + host.Url + "/a.png\"}}";

        var reply = await gateway.Client.ChatAsync("{\"model\":\"test/claude\",\"messages\":[{\"role\":\"user\",\"content\":[" + picture + "," + picture + "]}]}");

        Assert.Contains("too large", reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(2, host.Exchanges.Length);
    }

    [Theory]
    [InlineData("//[")]
    [InlineData("http://")]
    public async Task A_redirect_to_nowhere_is_the_address_s_fault(string location)
    {
        await using var host = JsonService.Start(_ => Answer.Json("", 302).With("Location", location));
        await using var gateway = await StartAsync(static c => c.Set("media.privateAddresses", true));

        var reply = await gateway.Client.ChatAsync(Body(host.Url + "/a.png"));

        Assert.Equal(400, reply.Status);
        Assert.Contains("answered with 302", reply.ErrorMessage, StringComparison.Ordinal);
    }

    private static Task<GatewayHarness> StartAsync(Action<GatewayConfig> configure) => GatewayHarness.StartAsync(
        c =>
        {
            configure(c);
            c.Endpoint("alpha", "test/claude");
        },
        providerFields: new JsonObject { ["quirks"] = new JsonObject { ["imageUrls"] = false } });
}
