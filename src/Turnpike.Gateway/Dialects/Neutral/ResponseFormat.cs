namespace Turnpike.Gateway.Dialects.Neutral;

internal enum ResponseFormatKind
{
    Text,
    JsonObject,
    JsonSchema,

    /// <summary>A form that only its own dialect knows (a grammar, say); it stands in <see cref="ResponseFormat.Raw"/>.</summary>
    Other,
}

/// <summary>The form that the answer must have.</summary>
/// <param name="Raw">The caller's own object, as it came.</param>
internal sealed record ResponseFormat(ResponseFormatKind Kind, RawMember Raw)
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>The JSON schema, raw; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Schema { get; init; }

    public bool? Strict { get; init; }
}
