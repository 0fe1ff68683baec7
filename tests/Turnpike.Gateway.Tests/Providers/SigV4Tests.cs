using Turnpike.Core.Shared;
using Turnpike.Gateway.Providers.Credentials;

namespace Turnpike.Gateway.Tests.Providers;

/// <summary>AWS's published examples of signatures (the aws4 test suite).</summary>
public sealed class SigV4Tests
{
    private static readonly AwsScope _scope = new("AKIDEXAMPLE", new Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), "us-east-1", "service");
    private static readonly DateTimeOffset _at = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("GET", "/", "", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")] // get-vanilla
    [InlineData("GET", "/", "Param2=value2&Param1=value1", "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")] // get-vanilla-query-order-key-case
    [InlineData("POST", "/", "", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")] // post-vanilla
    public void A_published_request_has_its_published_signature(string method, string path, string query, string body, string signature)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = "example.amazonaws.com", ["x-amz-date"] = SigV4.DateOf(_at) };

        var authorization = SigV4.Authorization(_scope, method, path, query, headers, System.Text.Encoding.UTF8.GetBytes(body), _at);

        Assert.Equal(
            $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}", authorization);
    }

    [Fact]
    public void A_published_form_has_its_published_signature()
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = "application/x-www-form-urlencoded", ["host"] = "example.amazonaws.com", ["x-amz-date"] = SigV4.DateOf(_at),
        };

        var authorization = SigV4.Authorization(_scope, "POST", "/", "", headers, "Param1=value1"u8, _at);

        Assert.EndsWith("Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a", authorization, StringComparison.Ordinal);
    }

    [Fact]
    public void The_path_is_encoded_once_more()
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = "example.amazonaws.com", ["x-amz-date"] = SigV4.DateOf(_at) };

        Assert.NotEqual(
            SigV4.Authorization(_scope, "GET", "/model/a:b/converse", "", headers, default, _at),
            SigV4.Authorization(_scope, "GET", "/model/a%3Ab/converse", "", headers, default, _at));
    }
}
