using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects;

/// <summary>What an answer is made with: whose it says that it is, what is learned of it, and what was asked.</summary>
/// <param name="Created">When the request was admitted, unix seconds.</param>
/// <param name="Neutral">The whole request; null where the caller's own bytes were sent.</param>
internal sealed record AnswerContext(AnswerIdentity Identity, AnswerFacts Facts, long Created, InferenceRequest Request, NeutralRequest? Neutral = null)
{
    /// <summary>The endpoint that answers; null where none was asked.</summary>
    public Endpoint? Endpoint { get; init; }

    /// <summary>The dialect of the endpoint that answers.</summary>
    public string Dialect { get; init; } = Core.Catalog.Dialects.OpenAIChat;

    /// <summary>Where the provider deviates from its dialect.</summary>
    public Core.Catalog.ProviderQuirks Quirks => Endpoint?.Provider.Quirks ?? Core.Catalog.ProviderQuirks.None;

    /// <summary>True where the caller has a tool of that name that is called with a text.</summary>
    /// <param name="name">The inside of a JSON string.</param>
    public bool IsFreeform(ReadOnlySpan<byte> name) => Neutral is { } asked && FreeformTool.IsNamed(asked.Tools, name);

    /// <summary>Annotations that are known before the answer, raw JSON; null where there are none.</summary>
    public List<byte[]>? Annotations { get; init; }
}
