using System.Collections.Immutable;
using System.Text;
using Turnpike.Core.Catalog;
using Turnpike.Core.Shared;
using Turnpike.Gateway.Providers.Credentials;
using Turnpike.Gateway.Providers.Credentials.Aws;
using Turnpike.Gateway.Shared;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Providers;

/// <summary>AWS's published examples of signatures (the aws4 test suite).</summary>
public sealed class SigV4Tests
{
    private static readonly AwsScope _scope = new("AKIDEXAMPLE", new Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), "us-east-1", "service");
    private static readonly DateTimeOffset _at = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    // By their names there: target, headers besides host and date, body, signature.
    [Theory]
    [InlineData("get-header-value-multiline", "GET /", "My-Header1:value1\n  value2\n     value3", "", "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd")]
    [InlineData("get-header-value-trim", "GET /", "My-Header1: value1|My-Header2: \"a   b   c\"", "", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")]
    [InlineData("get-space", "GET /example space/", "", "", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741")]
    [InlineData("get-special-character", "GET /example/$delete", "", "", "a853c9b21b528b19643d00910d35b83a10c366a10833ceefb45edd6c80e40f27")]
    [InlineData("get-unreserved", "GET /-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "", "", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f")]
    [InlineData("get-utf8", "GET /ሴ", "", "", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85")]
    [InlineData("get-vanilla", "GET /", "", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("get-vanilla-empty-query-key", "GET /?Param1=value1", "", "", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb")]
    [InlineData("get-vanilla-query", "GET /", "", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("get-vanilla-query-order-encoded", "GET /?Param-3=Value3&Param=Value2&%E1%88%B4=Value1", "", "", "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac")]
    [InlineData("get-vanilla-query-order-key", "GET /?Param1=value2&Param1=Value1", "", "", "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1")]
    [InlineData("get-vanilla-query-order-key-case", "GET /?Param2=value2&Param1=value1", "", "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("get-vanilla-query-order-value", "GET /?Param1=value2&Param1=value1", "", "", "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694")]
    [InlineData("get-vanilla-query-unreserved", "GET /?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "", "", "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197")]
    [InlineData("get-vanilla-utf8-query", "GET /?ሴ=bar", "", "", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04")]
    [InlineData("get-vanilla-with-session-token", "GET /", "X-Amz-Security-Token:6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267", "", "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8")]
    [InlineData("post-header-key-case", "POST /", "", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("post-header-key-sort", "POST /", "My-Header1:value1", "", "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c")]
    [InlineData("post-header-value-case", "POST /", "My-Header1:VALUE1", "", "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d")]
    [InlineData("post-sts-header-before", "POST /", "X-Amz-Security-Token:AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==", "", "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead")]
    [InlineData("post-vanilla", "POST /", "", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("post-vanilla-empty-query-value", "POST /?Param1=value1", "", "", "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11")]
    [InlineData("post-vanilla-query", "POST /?Param1=value1", "", "", "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11")]
    [InlineData("post-x-www-form-urlencoded", "POST /", "Content-Type:application/x-www-form-urlencoded", "Param1=value1", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    [InlineData("post-x-www-form-urlencoded-parameters", "POST /", "Content-Type:application/x-www-form-urlencoded; charset=utf8", "Param1=value1", "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe")]
    public void A_published_request_has_its_published_signature(string name, string target, string headers, string body, string signature)
    {
        var space = target.IndexOf(' ', StringComparison.Ordinal);
        var address = target[(space + 1)..].Split('?', 2);
        var signed = Headers();
        foreach (var header in headers.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            signed[header.Split(':')[0].ToLowerInvariant()] = header[(header.IndexOf(':', StringComparison.Ordinal) + 1)..];
        }

        var authorization = SigV4.Authorization(_scope, target[..space], address[0], address.ElementAtOrDefault(1) ?? "", signed, Encoding.UTF8.GetBytes(body), _at);

        Assert.Equal(
            $"{name} AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={string.Join(';', signed.Keys)}, Signature={signature}",
            $"{name} {authorization}");
    }

    [Fact]
    public void The_path_is_encoded_once_more() => Assert.NotEqual(
        SigV4.Authorization(_scope, "GET", "/model/a:b/converse", "", Headers(), default, _at),
        SigV4.Authorization(_scope, "GET", "/model/a%3Ab/converse", "", Headers(), default, _at));

    [Fact]
    public async Task A_message_is_signed_as_it_will_be_sent()
    {
        using var message = await SignedAsync("http://127.0.0.1:8080/model/m%3A0/converse");

        var headers = Headers();
        (headers["host"], headers["x-amz-security-token"], headers["content-type"]) = ("127.0.0.1:8080", "token", "application/json");
        Assert.Equal(
            SigV4.Authorization(_scope with { Region = "eu-west-3", Service = "bedrock" }, "POST", "/model/m%3A0/converse", "", headers, "{}"u8, _at),
            Assert.Single(message.Headers.GetValues("Authorization")));
        Assert.Equal(("20150830T123600Z", "token"), (Assert.Single(message.Headers.GetValues("x-amz-date")), Assert.Single(message.Headers.GetValues("x-amz-security-token"))));
    }

    [Theory]
    [InlineData("https://bedrock-runtime.ap-south-1.amazonaws.com/model/m/converse", "/ap-south-1/bedrock/")]
    [InlineData("https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com/model/m/converse", "/us-gov-west-1/bedrock/")]
    [InlineData("https://bedrock-runtime.eu-west-1.api.aws/model/m/converse", "/eu-west-1/bedrock/")]
    [InlineData("https://vpce-1.example/model/m/converse", "/eu-west-3/bedrock/")]
    public async Task The_region_is_the_addresss_and_else_the_providers(string address, string scope)
    {
        using var message = await SignedAsync(address);

        Assert.Contains(scope, Assert.Single(message.Headers.GetValues("Authorization")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_provider_with_an_api_key_is_not_signed_for()
    {
        using var unused = new HttpClientHandler();

        Assert.Null(RequestSigners.For(Signing with { ApiKey = new("k") }, Core.Catalog.Dialects.BedrockConverse, unused, TimeProvider.System));
    }

    private static Provider Signing => new()
    {
        Id = "p",
        Name = "P",
        Settings = new Dictionary<string, Secret>
        {
            ["region"] = new("eu-west-3"),
            ["accessKeyId"] = new(_scope.AccessKeyId),
            ["secretAccessKey"] = _scope.SecretAccessKey,
            ["sessionToken"] = new("token"),
        }.ToImmutableSortedDictionary(),
    };

    private static SortedDictionary<string, string> Headers() =>
        new(StringComparer.Ordinal) { ["host"] = "example.amazonaws.com", ["x-amz-date"] = SigV4.DateOf(_at) };

    private static async Task<HttpRequestMessage> SignedAsync(string address)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new JsonBody("{}"u8.ToArray()) };
        using var unused = new HttpClientHandler();
        await new AwsSigner(Signing, unused, new FixedTime(_at)).SignAsync(message, "{}"u8.ToArray(), TestContext.Current.CancellationToken);
        return message;
    }
}
