namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Where the hosts of Anthropic's models differ in the body: Anthropic reads the model in it and the version in a header, Vertex the
/// version in the body and the model in the address.</summary>
/// <param name="HasModel">The body names the model.</param>
/// <param name="Version">The value of <c>anthropic_version</c>; null where the body has none.</param>
internal sealed record AnthropicBody(bool HasModel = true, string? Version = null)
{
    /// <summary>As Anthropic itself reads it.</summary>
    public static AnthropicBody Usual { get; } = new();
}
