using System.Text;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Dispatch;

namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>Errors in the forms of vendors that speak OpenAI's chat format.</summary>
public sealed class ChatErrorTests
{
    [Theory]
    [InlineData("""{"error":{"message":"No.","code":null,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":true,"severity":"high"}}}}}""", "ContentPolicy")]
    [InlineData("""{"error":{"message":"No.","code":"invalid_request_error","inner_error":{"code":"ResponsibleAIPolicyViolation","content_filter_results":{}}}}""", "ContentPolicy")]
    [InlineData("""{"error":{"message":"No.","code":"invalid_request_error","innererror":{"code":"Other"}}}""", "Caller")]
    [InlineData("""{"error":{"message":"No.","code":"invalid_request_error","innererror":"x"}}""", "Caller")]
    public void A_filter_of_Azure_is_known_by_the_error_inside_the_error(string body, string kind) =>
        Assert.Equal(kind, UpstreamFailure.FromStatus("p", 400, ChatErrorReader.Read(Encoding.UTF8.GetBytes(body)), retryAfter: null).Kind.ToString());
}
