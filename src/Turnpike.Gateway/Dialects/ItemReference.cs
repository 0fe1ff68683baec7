namespace Turnpike.Gateway.Dialects;

/// <summary>An item of a stored response that a request's input names (<c>item_reference</c>).</summary>
/// <param name="Index">Which item of the input it is, from zero.</param>
/// <param name="Place">Where it stands in the body.</param>
internal sealed record ItemReference(int Index, string Id, Range Place)
{
    /// <summary>Longer ids are neither ours nor a provider's.</summary>
    public const int IdLengthMax = 256;

    /// <summary>References of one request: each may be looked for in a response of its own.</summary>
    public const int CountMax = 256;
}
