using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Turnpike.Core.Catalog;
using Turnpike.Core.Shared;
using Turnpike.Gateway.Providers.Credentials;
using Turnpike.Gateway.Tests.Harness;
using Xunit;

namespace Turnpike.Gateway.Tests.Providers;

/// <summary>Where access keys of AWS come from, against files of our own and services that are scripted.</summary>
public sealed partial class AwsCredentialTests : IDisposable
{
    private const string Roles = "http://169.254.169.254/latest/meta-data/iam/security-credentials/";
    private const string Sts = "POST https://sts.eu-west-1.amazonaws.com/";

    private readonly SteppedTime _time = new();
    private readonly CredentialService _service = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-aws-").FullName;
    private int _given;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _service.Dispose();
    }

    [Fact]
    public async Task Keys_of_the_settings_go_before_all_others()
    {
        Write("credentials", "[default]\naws_access_key_id = AKFILE\naws_secret_access_key = s\n");

        Assert.Equal("AKSET -", await KeysAsync(Signer(("accessKeyId", "AKSET"), ("secretAccessKey", "s"))));
        Assert.Equal("AKSET -", await KeysAsync(Signer(("accessKeyId", "AKSET"), ("secretAccessKey", "s"), ("webIdentityTokenFile", "/t"), ("roleArn", "r"))));
        Assert.Empty(_service.Asked);
    }

    [Theory]
    [InlineData(null, "AKDEFAULT tok")]
    [InlineData("work", "AKWORK -")]
    [InlineData("plain", "AKPLAIN -")]
    public async Task A_profile_is_read_from_both_files_and_the_one_of_credentials_goes_before(string? profile, string keys)
    {
        Write("config", """
            # a comment
            [default]
            region = eu-west-1
            aws_access_key_id = AKOLD
            [profile work]
            aws_access_key_id=AKWORK
            aws_secret_access_key=s/=x
            s3 =
              aws_access_key_id = nested
            [plain]
            aws_access_key_id=wrong
            [sso-session work]
            aws_access_key_id=wrong
            """);
        Write("credentials", """
            [default]
            aws_access_key_id = AKDEFAULT
            aws_secret_access_key = s
            aws_session_token = tok
            [plain]
            aws_access_key_id = AKPLAIN
            aws_secret_access_key = s
            """);

        Assert.Equal(keys, await KeysAsync(profile is null ? Signer() : Signer(("profile", profile))));
    }

    [Fact]
    public async Task Files_are_read_again_after_a_while()
    {
        Write("credentials", "[default]\naws_access_key_id=AK1\naws_secret_access_key=s\n");
        var signer = Signer();
        Assert.Equal("AK1 -", await KeysAsync(signer));

        Write("credentials", "[default]\naws_access_key_id=AK2\naws_secret_access_key=s\n");
        Assert.Equal("AK1 -", await KeysAsync(signer));
        _time.Step(TimeSpan.FromMinutes(10));
        Assert.Equal("AK2 -", await KeysAsync(signer));
    }

    [Fact]
    public async Task A_profiles_role_is_taken_on_with_the_keys_of_its_source()
    {
        Write("config", """
            [profile deep]
            role_arn = arn:aws:iam::1:role/deep
            source_profile = base
            external_id = x1
            """);
        Write("credentials", "[base]\naws_access_key_id=AKBASE\naws_secret_access_key=s\n");
        _service.On(Sts, Role);

        Assert.Equal("ASIA1 role-token", await KeysAsync(Signer(("profile", "deep"))));

        var asked = _service.Asked.Single();
        Assert.Equal("Action=AssumeRole ExternalId=x1 RoleArn=arn:aws:iam::1:role/deep RoleSessionName=turnpike Version=2011-06-15", asked.Form);
        Assert.Contains("Credential=AKBASE/20261112/eu-west-1/sts/aws4_request, SignedHeaders=content-type;host;x-amz-date", asked.Headers["Authorization"]);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("loop")]
    [InlineData("lonely")]
    public async Task A_profile_that_leads_nowhere_is_a_fault_of_the_credentials(string profile)
    {
        Write("config", """
            [profile loop]
            role_arn = r
            source_profile = loop2
            [profile loop2]
            role_arn = r
            source_profile = loop
            [profile lonely]
            role_arn = r
            """);

        var fault = await Assert.ThrowsAnyAsync<HttpRequestException>(() => KeysAsync(Signer(("profile", profile))));

        Assert.Equal(HttpRequestError.UserAuthenticationError, fault.HttpRequestError);
    }

    [Fact]
    public async Task A_platforms_token_is_exchanged_for_a_roles_keys_which_are_got_anew_before_they_run_out()
    {
        Write("token", "jwt\n");
        _service.On(Sts, Role);
        var signer = Signer(("webIdentityTokenFile", Path.Combine(_folder, "token")), ("roleArn", "arn:aws:iam::1:role/pod"), ("roleSessionName", "pod-1"));

        Assert.Equal("ASIA1 role-token", await KeysAsync(signer));
        _time.Step(TimeSpan.FromMinutes(54));
        Assert.Equal("ASIA1 role-token", await KeysAsync(signer));
        _time.Step(TimeSpan.FromMinutes(1));
        Assert.Equal("ASIA2 role-token", await KeysAsync(signer));

        Assert.Equal("Action=AssumeRoleWithWebIdentity RoleArn=arn:aws:iam::1:role/pod RoleSessionName=pod-1 Version=2011-06-15 WebIdentityToken=jwt", _service.Asked[0].Form);
        Assert.DoesNotContain("Authorization", _service.Asked[0].Headers.Keys);
    }

    [Fact]
    public async Task A_task_asks_its_containers_address()
    {
        _service.On("GET http://169.254.170.2/v2/credentials/abc", Keys);

        Assert.Equal("ASIA1 t", await KeysAsync(Signer(("containerCredentialsPath", "/v2/credentials/abc"))));
    }

    [Theory]
    [InlineData("http://169.254.170.23/v1/credentials", true)]
    [InlineData("http://[fd00:ec2::23]/v1/credentials", true)]
    [InlineData("http://127.0.0.1:51679/creds", true)]
    [InlineData("https://creds.example/", true)]
    [InlineData("http://creds.example/", false)]
    public async Task A_pods_token_is_sent_to_the_platforms_addresses_only(string address, bool isAsked)
    {
        Write("pod", "pod-token\n");
        _service.On($"GET {address}", Keys);
        var signer = Signer(("containerCredentialsUri", address), ("containerAuthorizationTokenFile", Path.Combine(_folder, "pod")));

        if (isAsked)
        {
            Assert.Equal("ASIA1 t", await KeysAsync(signer));
            Assert.Equal("pod-token", _service.Asked.Single().Headers["Authorization"]);
        }
        else
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => KeysAsync(signer));
            Assert.Empty(_service.Asked);
        }
    }

    [Fact]
    public async Task A_machine_asks_its_metadata_with_a_session()
    {
        _service.On("PUT http://169.254.169.254/latest/api/token", "session").On($"GET {Roles}", "my-role\n").On($"GET {Roles}my-role", Keys);

        Assert.Equal("ASIA1 t", await KeysAsync(Signer()));

        Assert.Equal("300", _service.Asked[0].Headers["X-aws-ec2-metadata-token-ttl-seconds"]);
        Assert.All(_service.Asked.Skip(1), static a => Assert.Equal("session", a.Headers["X-aws-ec2-metadata-token"]));
    }

    [Fact]
    public async Task What_is_found_takes_on_the_role_that_the_settings_name()
    {
        _service.On("PUT http://169.254.169.254/latest/api/token", "session").On($"GET {Roles}", "my-role").On($"GET {Roles}my-role", Keys).On(Sts, Role);

        Assert.Equal("ASIA2 role-token", await KeysAsync(Signer(("roleArn", "arn:aws:iam::2:role/other"), ("externalId", "x"))));

        var asked = _service.Asked[^1];
        Assert.Equal(("ASIA1", "t"), (asked.Headers["Authorization"].Split("Credential=")[1].Split('/')[0], asked.Headers["x-amz-security-token"]));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task Where_nothing_is_found_the_credentials_are_at_fault(bool isDisabled, int asked)
    {
        var fault = await Assert.ThrowsAnyAsync<HttpRequestException>(() => KeysAsync(isDisabled ? Signer(("metadataDisabled", "true")) : Signer()));

        Assert.Equal(HttpRequestError.UserAuthenticationError, fault.HttpRequestError);
        Assert.Equal(asked, _service.Asked.Count);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no json")]
    [InlineData("""{"AccessKeyId":"a"}""")]
    public async Task An_answer_without_keys_is_a_fault_of_the_credentials(string answer)
    {
        _service.On("GET http://169.254.170.2/c", answer);

        var fault = await Assert.ThrowsAnyAsync<HttpRequestException>(() => KeysAsync(Signer(("containerCredentialsPath", "/c"))));

        Assert.Equal(HttpRequestError.UserAuthenticationError, fault.HttpRequestError);
    }

    [Theory]
    [InlineData("<ErrorResponse/>", HttpStatusCode.OK, HttpRequestError.UserAuthenticationError)]
    [InlineData("not xml", HttpStatusCode.OK, HttpRequestError.UserAuthenticationError)]
    [InlineData("""<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>""", HttpStatusCode.OK, HttpRequestError.UserAuthenticationError)]
    [InlineData("<ErrorResponse/>", HttpStatusCode.Forbidden, HttpRequestError.UserAuthenticationError)]
    [InlineData("<ErrorResponse/>", HttpStatusCode.ServiceUnavailable, HttpRequestError.Unknown)]
    public async Task A_role_that_is_not_given_is_told_without_the_secret(string answer, HttpStatusCode status, HttpRequestError kind)
    {
        _service.On(Sts, answer);
        _service.Status = status;

        var fault = await Assert.ThrowsAnyAsync<HttpRequestException>(() => KeysAsync(Signer(("accessKeyId", "AK"), ("secretAccessKey", "hush"), ("roleArn", "r"))));

        Assert.Equal(kind, fault.HttpRequestError);
        Assert.DoesNotContain("hush", fault.ToString());
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    // Keys of an hour, numbered.
    private string Keys() =>
        $$"""{"Code":"Success","AccessKeyId":"ASIA{{++_given}}","SecretAccessKey":"s","Token":"t","Expiration":"{{End()}}"}""";

    private string Role() => $"""
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><SessionToken>role-token</SessionToken>
        <SecretAccessKey>s</SecretAccessKey><Expiration>{End()}</Expiration><AccessKeyId>ASIA{++_given}</AccessKeyId></Credentials></AssumeRoleResult></AssumeRoleResponse>
        """;

    private string End() => _time.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private IRequestSigner Signer(params (string Name, string Value)[] settings)
    {
        var all = settings.ToImmutableSortedDictionary(static s => s.Name, static s => new Secret(s.Value))
            .Add("region", new("eu-west-1"))
            .Add("credentialsFile", new(Path.Combine(_folder, "credentials")))
            .Add("configFile", new(Path.Combine(_folder, "config")))
            .Add("ssoCacheFolder", new(_folder));
        var provider = new Provider { Id = "amazon-bedrock", Name = "B", Dialect = Core.Catalog.Dialects.BedrockConverse, Settings = all };
        return RequestSigners.For(provider, Core.Catalog.Dialects.BedrockConverse, _service, _time)!;
    }

    // The key's id and the session token that a request is signed with.
    private static async Task<string> KeysAsync(IRequestSigner signer)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "https://bedrock-runtime.eu-west-1.amazonaws.com/model/m/converse");
        await signer.SignAsync(message, default, TestContext.Current.CancellationToken);
        var token = message.Headers.TryGetValues("x-amz-security-token", out var values) ? values.Single() : "-";
        return $"{message.Headers.GetValues("Authorization").Single().Split("Credential=")[1].Split('/')[0]} {token}";
    }
}
