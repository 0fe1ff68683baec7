using System.Security.Cryptography;
using System.Text;
using Turnpike.Gateway.Dialects.AnthropicMessages;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Ids of tool calls as a model at Bedrock takes them: Anthropic's rules, at most 64 characters, or of exactly one length.</summary>
/// <param name="length">The length that the model wants; null where any will do.</param>
internal sealed class BedrockCallIds(int? length)
{
    private const int LengthMax = 64;

    private readonly AnthropicCallIds _ids = new();

    public string OfCall(string id) => Fitted(_ids.OfCall(id));

    public string OfResult(string id) => Fitted(_ids.OfResult(id));

    // The same for a call and its result, in this request and the next.
    private string Fitted(string id) => length is { } exact ? id.Length == exact && id.All(char.IsAsciiLetterOrDigit) ? id : Hashed(id, exact)
        : id.Length > LengthMax ? Hashed(id, LengthMax)
        : id;

    private static string Hashed(string id, int length) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..length];
}
