using System.Collections.Immutable;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>A request in no dialect: what callers of one wire format say and providers of another are told.</summary>
/// <remarks>Made from the caller's body by the reader of its format, changed by plugins, written by the writer of the provider's dialect.
/// Media and raw JSON are slices of the caller's body and live as long as it does. A null is a thing that the caller did not say;
/// nothing is filled in. Not thread-safe.</remarks>
internal sealed record NeutralRequest
{
    /// <summary>In the caller's order, system messages included. A message of role <see cref="Role.Tool"/> has exactly one part, a
    /// <see cref="ToolResultPart"/>.</summary>
    public required List<Message> Messages { get; init; }

    public List<Tool> Tools { get => field ??= []; init; }

    public ToolChoice? ToolChoice { get; set; }

    public bool? ParallelToolCalls { get; init; }

    /// <summary>The caller used <c>functions</c> and <c>function_call</c>, the form before tools, and is answered in it.</summary>
    public bool UsesLegacyFunctions { get; init; }

    public Sampling Sampling { get; init; } = Sampling.Unsaid;

    public ImmutableArray<string> Stop { get; init; } = [];

    /// <summary>The caller's limit on output tokens; the one that its credit affords stands in <see cref="UpstreamTarget"/>.</summary>
    public long? OutputLimit { get; init; }

    /// <summary>The prompt stands before the answer (text completions).</summary>
    public bool EchoesPrompt { get; init; }

    public bool Stream { get; init; }

    public int Choices { get; init; } = 1;

    public ResponseFormat? ResponseFormat { get; init; }

    public ReasoningWish? Reasoning { get; init; }

    /// <summary>low, medium, high.</summary>
    public string? Verbosity { get; init; }

    public string? ServiceTier { get; init; }

    public string? PromptCacheKey { get; init; }

    /// <summary>A mark for the whole prompt (<c>cache_control</c> at the top level): the last part that can be cached carries it.</summary>
    public CacheMark? Cache { get; init; }

    /// <summary>The kinds of output asked for: <c>text</c>, <c>image</c>, <c>audio</c>; empty is the model's own.</summary>
    public ImmutableArray<string> Modalities { get; init; } = [];

    /// <summary>OpenAI's <c>audio</c> object, raw.</summary>
    public ReadOnlyMemory<byte> AudioOutput { get; init; }

    /// <summary>OpenRouter's <c>image_config</c> object, raw.</summary>
    public ReadOnlyMemory<byte> ImageConfig { get; init; }

    /// <summary>OpenAI's <c>prediction</c> object, raw.</summary>
    public ReadOnlyMemory<byte> Prediction { get; init; }

    /// <summary>OpenAI's <c>web_search_options</c> object, raw.</summary>
    public ReadOnlyMemory<byte> WebSearchOptions { get; init; }

    /// <summary>Members that no field above says, as they came, with the dialect that they are of. Written only to a provider of that
    /// dialect; what is not written is reported as dropped.</summary>
    public IReadOnlyList<RawMember> Others { get; init; } = [];
}
