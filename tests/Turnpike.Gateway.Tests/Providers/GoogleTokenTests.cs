using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Providers.Credentials;
using Turnpike.Gateway.Providers.Credentials.Google;
using Turnpike.Gateway.Tests.Harness;
using Xunit;

namespace Turnpike.Gateway.Tests.Providers;

/// <summary>Access tokens for Google's cloud, against a token address that is scripted.</summary>
public sealed class GoogleTokenTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly SteppedTime _time = new();
    private readonly TokenAddress _address = new();
    private readonly RSA _rsa = RSA.Create(2048);

    public GoogleTokenTests() => Write(new() { ["type"] = "service_account", ["client_email"] = "a@p.example", ["private_key_id"] = "k1", ["private_key"] = _rsa.ExportPkcs8PrivateKeyPem() });

    public void Dispose()
    {
        File.Delete(_path);
        _rsa.Dispose();
        _address.Dispose();
    }

    [Fact]
    public async Task A_service_account_signs_what_it_asks_a_token_with()
    {
        Assert.Equal("Bearer t1", await SignAsync(Signer()));

        var form = _address.Asked.Single();
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        var parts = form["assertion"].Split('.');
        Assert.True(_rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Equal("""{"alg":"RS256","typ":"JWT","kid":"k1"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        var now = SurfaceHost.Now.ToUnixTimeSeconds();
        Assert.Equal(("a@p.example", "https://token.example/token", now, now + 3600), ((string?)claims["iss"], (string?)claims["aud"], (long)claims["iat"]!, (long)claims["exp"]!));
        Assert.Equal("https://www.googleapis.com/auth/cloud-platform", (string?)claims["scope"]);
    }

    [Fact]
    public async Task A_token_is_used_until_shortly_before_it_runs_out()
    {
        var signer = Signer();

        Assert.Equal("Bearer t1", await SignAsync(signer));
        _time.Step(TimeSpan.FromSeconds(3600 - 121));
        Assert.Equal("Bearer t1", await SignAsync(signer));
        _time.Step(TimeSpan.FromSeconds(1));
        Assert.Equal("Bearer t2", await SignAsync(signer));
    }

    [Fact]
    public async Task Requests_at_the_same_time_wait_for_one_token_and_one_that_leaves_takes_it_from_nobody()
    {
        var signer = Signer();
        var gate = _address.Hold();
        using var leaving = new CancellationTokenSource();
        var first = SignAsync(signer, leaving);
        var others = Enumerable.Range(0, 8).Select(_ => SignAsync(signer)).ToList();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.All(await Task.WhenAll(others), static header => Assert.Equal("Bearer t1", header));
        Assert.Single(_address.Asked);
    }

    [Fact]
    public async Task A_refusal_is_told_without_the_key_and_the_next_request_asks_again()
    {
        var signer = Signer();
        _address.Status = HttpStatusCode.BadRequest;

        var refused = await Assert.ThrowsAnyAsync<HttpRequestException>(() => SignAsync(signer));
        _address.Status = HttpStatusCode.OK;

        Assert.Contains("400", refused.Message);
        Assert.DoesNotContain("PRIVATE", refused.ToString());
        Assert.Equal("Bearer t2", await SignAsync(signer));
    }

    [Fact]
    public async Task A_users_credentials_are_refreshed()
    {
        Write(new() { ["type"] = "authorized_user", ["client_id"] = "i", ["client_secret"] = "s", ["refresh_token"] = "r" });

        Assert.Equal("Bearer t1", await SignAsync(Signer()));

        Assert.Equal("client_id=i client_secret=s grant_type=refresh_token refresh_token=r", string.Join(' ', _address.Asked.Single().OrderBy(static f => f.Key, StringComparer.Ordinal).Select(static f => $"{f.Key}={f.Value}")));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"type":"external_account"}""")]
    [InlineData("""{"type":"service_account","client_email":"a"}""")]
    [InlineData("""{"type":"service_account","client_email":"a","private_key":"no pem"}""")]
    [InlineData("""{"type":"service_account","client_email":"a","private_key":"x","token_uri":"http://token.example/"}""")]
    public async Task Credentials_that_are_none_are_a_failure_to_connect(string file)
    {
        await File.WriteAllTextAsync(_path, file, TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => SignAsync(Signer()));
        Assert.Empty(_address.Asked);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("<html>")]
    [InlineData("""{"access_token":"a\nb"}""")]
    public async Task An_answer_without_a_token_is_a_failure_to_connect(string answer)
    {
        _address.Answer = answer;

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => SignAsync(Signer()));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_failure_to_connect()
    {
        File.Delete(_path);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => SignAsync(Signer()));
    }

    private static async Task<string> SignAsync(TokenSigner signer, CancellationTokenSource? leaving = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "https://upstream.example");
        await signer.SignAsync(message, default, leaving?.Token ?? TestContext.Current.CancellationToken);
        return message.Headers.Authorization!.ToString();
    }

    private TokenSigner Signer() => new(new GoogleTokenSource(_path), _address, _time);

    private void Write(JsonObject credentials)
    {
        credentials["token_uri"] = "https://token.example/token";
        File.WriteAllText(_path, credentials.ToJsonString());
    }

    /// <summary>Gives the tokens t1, t2 … for an hour each.</summary>
    private sealed class TokenAddress : HttpMessageHandler
    {
        private TaskCompletionSource? _gate;

        public List<Dictionary<string, string>> Asked { get; } = [];

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public string? Answer { get; set; }

        public TaskCompletionSource Hold() => _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var form = await request.Content!.ReadAsStringAsync(cancellationToken);
            Asked.Add(form.Split('&').Select(static f => f.Split('=')).ToDictionary(static f => f[0], static f => Uri.UnescapeDataString(f[1])));
            await (_gate?.Task ?? Task.CompletedTask);
            return new(Status) { Content = new StringContent(Answer ?? $$"""{"access_token":"t{{Asked.Count}}","expires_in":3600,"token_type":"Bearer"}""") };
        }
    }
}
