using System.Collections.Immutable;
using System.Net;
using Turnpike.Core.Catalog;
using Turnpike.Core.Shared;
using Turnpike.Gateway.Providers.Credentials;
using Turnpike.Gateway.Tests.Harness;
using Xunit;

namespace Turnpike.Gateway.Tests.Providers;

/// <summary>Access tokens of Microsoft's Entra ID for Azure, against services that are scripted.</summary>
public sealed class EntraTokenTests : IDisposable
{
    private const string Tenant = "POST https://login.microsoftonline.com/t-1/oauth2/v2.0/token";
    private const string Machine = "GET http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fcognitiveservices.azure.com";

    private readonly SteppedTime _time = new();
    private readonly CredentialService _service = new();
    private int _tokens;

    public EntraTokenTests() => _service.On(Tenant, Token).On(Machine, Token);

    public void Dispose() => _service.Dispose();

    [Fact]
    public async Task An_application_gets_a_token_with_its_secret_and_uses_it_until_shortly_before_it_runs_out()
    {
        var signer = Signer(("tenantId", "t-1"), ("clientId", "c"), ("clientSecret", "s"));

        Assert.Equal("Bearer t1", await SignAsync(signer));
        _time.Step(TimeSpan.FromSeconds(3600 - 121));
        Assert.Equal("Bearer t1", await SignAsync(signer));
        _time.Step(TimeSpan.FromSeconds(1));
        Assert.Equal("Bearer t2", await SignAsync(signer));

        Assert.Equal("client_id=c client_secret=s grant_type=client_credentials scope=https://cognitiveservices.azure.com/.default", _service.Asked[0].Form);
    }

    [Fact]
    public async Task A_platforms_token_is_read_anew_each_time()
    {
        var file = Path.GetTempFileName();
        var signer = Signer(("tenantId", "t-1"), ("clientId", "c"), ("federatedTokenFile", file), ("scope", "https://ai.azure.com/.default"));
        foreach (var token in (string[])["jwt1\n", "jwt2"])
        {
            await File.WriteAllTextAsync(file, token, TestContext.Current.CancellationToken);
            await SignAsync(signer);
            _time.Step(TimeSpan.FromHours(1));
        }

        File.Delete(file);
        Assert.Equal(
            ["jwt1", "jwt2"],
            _service.Asked.Select(static a => a.Form.Split(' ')[0]["client_assertion=".Length..]));
        Assert.Equal(
            "client_assertion=jwt1 client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer client_id=c grant_type=client_credentials scope=https://ai.azure.com/.default",
            _service.Asked[0].Form);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => SignAsync(signer));
    }

    [Theory]
    [InlineData("system", "")]
    [InlineData("c-2", "&client_id=c-2")]
    public async Task A_machine_asks_itself(string identity, string more)
    {
        _service.On(Machine + more, Token);

        Assert.Equal("Bearer t1", await SignAsync(Signer(("managedIdentity", identity))));

        Assert.Equal(Machine + more, _service.Asked.Single().To);
        Assert.Equal("true", _service.Asked[0].Headers["Metadata"]);
    }

    [Fact]
    public async Task An_app_service_asks_its_own_address_with_its_header()
    {
        const string Address = "http://127.0.0.1:41741/MSI/token/";
        _service.On($"GET {Address}?api-version=2019-08-01&resource=https%3A%2F%2Fcognitiveservices.azure.com", Token);

        Assert.Equal("Bearer t1", await SignAsync(Signer(("managedIdentity", "system"), ("identityEndpoint", Address), ("identityHeader", "h"))));
        Assert.Equal("h", _service.Asked[0].Headers["X-IDENTITY-HEADER"]);
    }

    [Fact]
    public async Task Requests_at_the_same_time_wait_for_one_token_and_one_that_leaves_takes_it_from_nobody()
    {
        var signer = Signer(("tenantId", "t-1"), ("clientId", "c"), ("clientSecret", "s"));
        var gate = _service.Hold();
        using var leaving = new CancellationTokenSource();
        var first = SignAsync(signer, leaving);
        var others = Enumerable.Range(0, 8).Select(_ => SignAsync(signer)).ToList();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.All(await Task.WhenAll(others), static header => Assert.Equal("Bearer t1", header));
        Assert.Single(_service.Asked);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, HttpRequestError.UserAuthenticationError)]
    [InlineData(HttpStatusCode.ServiceUnavailable, HttpRequestError.Unknown)]
    public async Task A_refusal_is_told_without_the_secret_and_the_next_request_asks_again(HttpStatusCode status, HttpRequestError kind)
    {
        var signer = Signer(("tenantId", "t-1"), ("clientId", "c"), ("clientSecret", "hush"));
        _service.Status = status;

        var refused = await Assert.ThrowsAnyAsync<HttpRequestException>(() => SignAsync(signer));
        _service.Status = HttpStatusCode.OK;

        Assert.Equal(kind, refused.HttpRequestError);
        Assert.DoesNotContain("hush", refused.ToString());
        Assert.Equal("Bearer t2", await SignAsync(signer));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{"access_token":5}""")]
    [InlineData("""{"access_token":"a\nb"}""")]
    public async Task An_answer_without_a_token_is_a_fault_of_the_credentials(string answer)
    {
        _service.On(Tenant, answer);

        var fault = await Assert.ThrowsAnyAsync<HttpRequestException>(() => SignAsync(Signer(("tenantId", "t-1"), ("clientId", "c"), ("clientSecret", "s"))));

        Assert.Equal(HttpRequestError.UserAuthenticationError, fault.HttpRequestError);
    }

    [Fact]
    public void A_key_goes_before_all_of_it_and_without_any_of_it_nothing_is_signed()
    {
        var provider = ProviderOf(("tenantId", "t-1"), ("clientId", "c"), ("clientSecret", "s"));

        Assert.NotNull(RequestSigners.For(provider, Core.Catalog.Dialects.AzureOpenAI, _service, _time));
        Assert.NotNull(RequestSigners.For(provider, Core.Catalog.Dialects.OpenAIResponses, _service, _time));
        Assert.Null(RequestSigners.For(provider with { ApiKey = new("k") }, Core.Catalog.Dialects.AzureOpenAI, _service, _time));
        Assert.Null(RequestSigners.For(ProviderOf(("tenantId", "t-1"), ("clientId", "c")), Core.Catalog.Dialects.AzureOpenAI, _service, _time));
    }

    private string Token() => $$"""{"token_type":"Bearer","expires_in":{{(++_tokens % 2 == 0 ? "\"3600\"" : "3600")}},"access_token":"t{{_tokens}}"}""";

    private IRequestSigner Signer(params (string Name, string Value)[] settings) => RequestSigners.For(ProviderOf(settings), Core.Catalog.Dialects.AzureOpenAI, _service, _time)!;

    private static Provider ProviderOf(params (string Name, string Value)[] settings) => new()
    {
        Id = "azure",
        Name = "Azure",
        Dialect = Core.Catalog.Dialects.AzureOpenAI,
        Settings = settings.ToImmutableSortedDictionary(static s => s.Name, static s => new Secret(s.Value)),
    };

    private static async Task<string> SignAsync(IRequestSigner signer, CancellationTokenSource? leaving = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "https://upstream.example");
        await signer.SignAsync(message, default, leaving?.Token ?? TestContext.Current.CancellationToken);
        return message.Headers.Authorization!.ToString();
    }
}
