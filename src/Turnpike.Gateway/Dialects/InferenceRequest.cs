using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects;

/// <summary>What the gateway must know of a chat request; everything else stays in the caller's bytes.</summary>
internal sealed class InferenceRequest
{
    /// <summary>The model asked for, as the caller wrote it.</summary>
    public required string Model { get; init; }

    /// <summary>Models to try after <see cref="Model"/>, in order.</summary>
    public ImmutableArray<string> FallbackModels { get; init; } = [];

    public bool Stream { get; init; }

    /// <summary>The caller asked for OpenAI's own usage chunk (<c>choices: []</c>).</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>The caller's limit on output tokens; null when it set none.</summary>
    public long? OutputLimit { get; init; }

    /// <summary>The limit stands under its newer and its older name; neither is renamed then.</summary>
    public bool HasBothOutputLimits { get; init; }

    /// <summary>How many answers are asked for.</summary>
    public int Choices { get; init; } = 1;

    public string? User { get; init; }

    public string? SessionId { get; init; }

    /// <summary>What the caller wants done when its stream breaks: off, error, continue, restart; null where it did not say.</summary>
    public string? Rescue { get; init; }

    /// <summary>It has forms that we take and no provider of its dialect knows: it is never passed through.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Its messages are roles and texts, or its input is a text, and it has no tools.</summary>
    public bool IsPlain { get; init; }

    /// <summary>A message of the role <c>developer</c> stands among them.</summary>
    public bool HasDeveloperRole { get; init; }

    /// <summary>A message carries the name of who says it, or a tool's answer the id of its call.</summary>
    public bool HasNames { get; init; }

    /// <summary>A mark for caches stands in it, which not every host of its dialect knows.</summary>
    public bool HasCacheMarks { get; init; }

    /// <summary>A message carries reasoning of an earlier answer, which not every host of its dialect takes.</summary>
    public bool HasReasoningHistory { get; init; }

    /// <summary>A stream begins with what was sent to each provider that was asked (<c>debug.echo_upstream_body</c>).</summary>
    public bool EchoesSent { get; init; }

    /// <summary>The last message is the assistant's: the answer is begun.</summary>
    public bool IsBegun { get; init; }

    /// <summary>The answer is told in the form of text completions (<c>choices[].text</c>).</summary>
    public bool IsTextCompletion { get; init; }

    /// <summary>Where the JSON of <c>plugins</c> stands in the body; null where there is none.</summary>
    public Range? Plugins { get; init; }

    /// <summary>What <c>transforms</c>, the older form of context-compression, says; null where it says nothing.</summary>
    public bool? WantsMiddleOut { get; init; }

    /// <summary>The variant that searches the web first.</summary>
    public bool IsOnline => Model.Contains(":online", StringComparison.Ordinal);

    /// <summary>The variant that reasons unasked, of a request that says nothing of reasoning itself.</summary>
    public bool IsThinking => Model.Contains(":thinking", StringComparison.Ordinal) && (Parameters & RequestParameters.Reasoning) == 0;

    /// <summary>Names the conversation to a provider's cache; passed on, and read as a session where none is named.</summary>
    public string? PromptCacheKey { get; init; }

    /// <summary><c>route</c> where it is a word: <c>fallback</c> or <c>sort</c>.</summary>
    public string? RouteWord { get; init; }

    /// <summary><c>routing.strategy</c>: <c>cost</c>, <c>speed</c> or <c>quality</c>.</summary>
    public string? RoutingStrategy { get; init; }

    /// <summary><c>routing.hedge</c>: whether a second attempt may begin beside a slow one; null where it does not say.</summary>
    public bool? Hedge { get; init; }

    /// <summary>The service tier asked for; passed on.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>The way of serving that is asked for, where the dialect has words for it; passed on.</summary>
    public ServingMode Mode { get; init; }

    /// <summary>The preset whose fields stand behind the request's own.</summary>
    public string? Preset { get; init; }

    /// <summary>The most that the caller wants to pay for the answer.</summary>
    public NanoUsd? MaxCost { get; init; }

    /// <summary>The parameters that were sent, of those that endpoints say whether they support.</summary>
    public RequestParameters Parameters { get; init; }

    /// <summary>How often the provider may search the web itself, with a tool that stands in it; 0 where there is none.</summary>
    public int SearchesMax { get; init; }

    /// <summary>It says how many tools of the provider's may be called in all (Responses' <c>max_tool_calls</c>).</summary>
    public bool HasToolCallsMax { get; init; }

    public bool HasImages { get; init; }

    public bool HasFiles { get; init; }

    public bool HasVideo { get; init; }

    /// <summary>Where the first system message stands in the body; empty when there is none.</summary>
    public Range FirstSystemMessage { get; init; }

    /// <summary>Where the first message that is not the system's stands: with the one before it, what tells a conversation.</summary>
    public Range FirstMessage { get; init; }

    public int Messages { get; init; }

    public int Images { get; init; }

    public bool HasAudio { get; init; }

    /// <summary>Media carried in the body (base64), bytes; not text that a tokenizer sees.</summary>
    public long MediaBytes { get; init; }

    /// <summary>Text of messages and tools, bytes as written in JSON.</summary>
    public long TextBytes { get; init; }

    /// <summary>The whole body, bytes.</summary>
    public int BodyBytes { get; init; }

    /// <summary>The caller's <c>provider</c> wishes: where their JSON stands in the body; empty when there are none.</summary>
    public Range ProviderWishes { get; init; }

    public bool HasProviderWishes { get; init; }

    /// <summary>The request itself says <c>zdr</c> (or <c>enforce_zdr</c>), beside or without <c>provider</c>: nobody who keeps prompts.</summary>
    public bool ZeroRetention { get; init; }

    /// <summary>What is not sent as it came, in the order of the body.</summary>
    public required ImmutableArray<Splice> Splices { get; init; }

    /// <summary>Where fields of ours may be added: right behind the opening brace.</summary>
    public int InsertAt { get; init; }

    public bool HasStreamOptions { get; init; }

    /// <summary>The caller said itself what a response shall include; only in the Responses API.</summary>
    public bool HasInclude { get; init; }

    /// <summary>The response that this one goes on with; null where it goes on with none. Only in the Responses API.</summary>
    public string? PreviousResponse { get; init; }

    /// <summary>Items of stored responses that the input names instead of having them, in its order. Only in the Responses API.</summary>
    public ImmutableArray<ItemReference> ItemReferences { get; init; } = [];

    /// <summary>Whether the response shall be kept, as the caller said; null where nothing was said. Only in the Responses API.</summary>
    public bool? Store { get; init; }

    /// <summary>The response is kept, as far as is known before it is there.</summary>
    public bool IsStored { get; set; }

    /// <summary>Where the Responses API's <c>input</c> stands in the body.</summary>
    public Range Input { get; init; }

    /// <summary>The history holds reasoning in an envelope of ours (<see cref="Neutral.ReasoningEnvelope"/>).</summary>
    public bool HasForeignReasoning { get; init; }

    /// <summary>What an operation other than chat was asked for, and what is counted of it; null for chat.</summary>
    public OperationWish? Wish { get; init; }

    /// <summary>More tokens than the prompt can have: a token is at least one byte, and each message carries a few of its own.</summary>
    public long PromptTokensBound => BodyBytes - MediaBytes + (8L * Messages) + (Images * (long)ImageTokensBound);

    /// <summary>Fewer tokens than this the prompt can hardly have: one for eight bytes of text. Of several that are counted one by one, the longest.</summary>
    public long PromptTokensLeast => Wish is null ? TextBytes / 8 : (TextBytes - Wish.MediaTextBytes) / 8 / Wish.Prompts;

    /// <summary>The prompt's tokens by rule, where a provider reports none: a token for four bytes of text, four for each message.</summary>
    public int PromptTokensEstimate => (int)Math.Min(int.MaxValue, ((TextBytes + 3) / 4) + (4L * Messages) + (Images * 1000L));

    /// <summary>The most tokens that one image is taken to have, where it is priced by tokens.</summary>
    private const int ImageTokensBound = 8192;
}
