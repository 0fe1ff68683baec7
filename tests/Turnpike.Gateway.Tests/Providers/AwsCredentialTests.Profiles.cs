using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Providers.Credentials;
using Turnpike.Gateway.Shared;
using Xunit;

namespace Turnpike.Gateway.Tests.Providers;

/// <summary>Profiles whose keys are got by single sign-on, or of a program.</summary>
public sealed partial class AwsCredentialTests
{
    private const string Portal = "GET https://portal.sso.eu-central-1.amazonaws.com/federation/credentials?role_name=Reader&account_id=123456789012";
    private const string SignOn = "POST https://oidc.eu-central-1.amazonaws.com/token";
    private const string Session = """
        [profile work]
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = Reader
        [sso-session corp]
        sso_region = eu-central-1
        sso_start_url = https://corp.example/start
        """;

    [Theory]
    [InlineData(Session, "corp")]
    [InlineData("[profile work]\nsso_start_url = https://corp.example/start\nsso_region = eu-central-1\nsso_account_id = 123456789012\nsso_role_name = Reader\n", "https://corp.example/start")]
    public async Task Who_has_signed_in_gets_the_keys_of_the_profiles_role(string config, string tokenName)
    {
        Write("config", config);
        WriteToken(tokenName, _time.GetUtcNow().AddHours(1));
        _service.On(Portal, RoleKeys);
        var signer = Signer(("profile", "work"));

        Assert.Equal("ASIA1 t", await KeysAsync(signer));
        _time.Step(TimeSpan.FromMinutes(54));
        Assert.Equal("ASIA1 t", await KeysAsync(signer));

        Assert.Equal("signed-in", _service.Asked.Single().Headers["x-amz-sso_bearer_token"]);
    }

    [Fact]
    public async Task A_token_of_single_sign_on_is_exchanged_before_it_ends_and_written_down()
    {
        Write("config", Session);
        WriteToken("corp", _time.GetUtcNow().AddMinutes(4));
        _service.On(Portal, RoleKeys).On(SignOn, """{"accessToken":"second","expiresIn":3600,"refreshToken":"r2","tokenType":"Bearer"}""");

        Assert.Equal("ASIA1 t", await KeysAsync(Signer(("profile", "work"))));

        Assert.Equal("""{"clientId":"c","clientSecret":"cs","grantType":"refresh_token","refreshToken":"r1"}""", _service.Asked[0].Body);
        Assert.Equal("second", _service.Asked[1].Headers["x-amz-sso_bearer_token"]);
        var file = JsonNode.Parse(await File.ReadAllTextAsync(TokenPath("corp"), TestContext.Current.CancellationToken))!;
        Assert.Equal(("second", "r2", "eu-central-1"), ((string?)file["accessToken"], (string?)file["refreshToken"], (string?)file["region"]));
        Assert.Equal(_time.GetUtcNow().AddHours(1), DateTimeOffset.Parse((string)file["expiresAt"]!, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_token_that_can_not_be_exchanged_is_used_until_it_ends()
    {
        Write("config", Session);
        WriteToken("corp", _time.GetUtcNow().AddMinutes(4));
        _service.On(Portal, RoleKeys);

        Assert.Equal("ASIA1 t", await KeysAsync(Signer(("profile", "work"))));
        Assert.Equal("signed-in", _service.Asked[1].Headers["x-amz-sso_bearer_token"]);
    }

    [Theory]
    [InlineData(null, "nobody has signed in")]
    [InlineData("""{"accessToken":"hush","expiresAt":"2019-11-14T04:05:45UTC"}""", "'aws sso login'")]
    [InlineData("[]", "holds none")]
    [InlineData("hush", "cannot be understood")]
    public async Task Who_has_not_signed_in_is_told_to_do_so(string? token, string reason)
    {
        Write("config", Session);
        if (token is not null)
        {
            await File.WriteAllTextAsync(TokenPath("corp"), token, TestContext.Current.CancellationToken);
        }

        var fault = await Assert.ThrowsAsync<CredentialException>(() => KeysAsync(Signer(("profile", "work"))));

        Assert.Contains(reason, fault.Message);
        Assert.DoesNotContain("hush", fault.ToString());
        Assert.Empty(_service.Asked);
    }

    [Fact]
    public async Task A_program_prints_the_keys_of_a_profile_and_is_run_again_before_they_run_out()
    {
        Write("config", $"""
            [profile tool]
            credential_process = /bin/sh "{_folder}/give keys" 'an argument' 2>/dev/null
            """);
        Write("give keys", $$"""echo noise >&2; echo x >> {{_folder}}/runs; printf '{"Version":1,"AccessKeyId":"AK%s","SecretAccessKey":"s","SessionToken":"t","Expiration":"{{End()}}"}' "$#" """);
        var signer = Signer(("profile", "tool"));

        Assert.Equal("AK1 t", await KeysAsync(signer));
        Assert.Equal("AK1 t", await KeysAsync(signer));
        _time.Step(TimeSpan.FromMinutes(56));
        Assert.Equal("AK1 t", await KeysAsync(signer));

        Assert.Equal(2, File.ReadAllLines(Path.Combine(_folder, "runs")).Length);
    }

    [Theory]
    [InlineData("echo hush >&2; exit 3", "exit code 3")]
    [InlineData("head -c 100000 /dev/zero", "more than keys")]
    [InlineData("echo '{\"Version\":2}'", "version 1")]
    [InlineData("echo hush", "cannot be understood")]
    public async Task A_program_that_prints_no_keys_is_told_without_what_it_prints(string script, string reason)
    {
        Write("config", $"[profile tool]\ncredential_process = /bin/sh {_folder}/tool\n");
        Write("tool", script);

        var fault = await Assert.ThrowsAsync<CredentialException>(() => KeysAsync(Signer(("profile", "tool"))));

        Assert.Contains(reason, fault.Message);
        Assert.DoesNotContain("hush", fault.ToString());
    }

    [Fact]
    public async Task A_program_that_is_not_waited_for_any_more_is_ended()
    {
        var pipe = Path.Combine(_folder, "pipe");
        await BoundedProcess.RunAsync(new("/bin/sh", ["-c", $"mkfifo {pipe}"]), default, 1, TestContext.Current.CancellationToken);
        using var patience = new CancellationTokenSource();
        var run = BoundedProcess.RunAsync(new("/bin/sh", ["-c", $"echo $$ > {pipe}; sleep 600"]), default, 1, patience.Token);
        using var process = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(pipe, TestContext.Current.CancellationToken), CultureInfo.InvariantCulture));

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Keys_that_have_not_run_out_are_used_while_no_others_are_to_be_had()
    {
        _service.On("GET http://169.254.170.2/c", Keys);
        var signer = Signer(("containerCredentialsPath", "/c"));
        Assert.Equal("ASIA1 t", await KeysAsync(signer));
        _service.Status = HttpStatusCode.ServiceUnavailable;

        _time.Step(TimeSpan.FromMinutes(59));
        Assert.Equal("ASIA1 t", await KeysAsync(signer));
        Assert.Equal("ASIA1 t", await KeysAsync(signer));
        Assert.Equal(2, _service.Asked.Count);
        _time.Step(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => KeysAsync(signer));
    }

    private string RoleKeys() =>
        $$"""{"roleCredentials":{"accessKeyId":"ASIA{{++_given}}","secretAccessKey":"s","sessionToken":"t","expiration":{{_time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds()}} } }""";

    private string TokenPath(string name)
    {
#pragma warning disable CA5350 // The name that AWS's clients give it.
        return Path.Combine(_folder, Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(name))) + ".json");
#pragma warning restore CA5350
    }

    private void WriteToken(string name, DateTimeOffset end) => File.WriteAllText(TokenPath(name), new JsonObject
    {
        ["startUrl"] = "https://corp.example/start", ["region"] = "eu-central-1", ["accessToken"] = "signed-in", ["expiresAt"] = end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["clientId"] = "c", ["clientSecret"] = "cs", ["refreshToken"] = "r1", ["registrationExpiresAt"] = "2026-12-31T00:00:00Z",
    }.ToJsonString());
}
