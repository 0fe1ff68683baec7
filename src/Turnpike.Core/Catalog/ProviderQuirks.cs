using System.Collections.Immutable;

namespace Turnpike.Core.Catalog;

/// <summary>Where a provider deviates from its dialect, as data. What is not said is as the dialect has it.</summary>
public sealed record ProviderQuirks
{
    /// <summary>As the dialect has it.</summary>
    public static ProviderQuirks None { get; } = new();

    /// <summary>The field that carries the output limit: <c>max_tokens</c> or <c>max_completion_tokens</c>.</summary>
    public string OutputLimitField { get; init; } = "max_tokens";

    /// <summary>False where <c>stream_options</c> is refused; usage then comes unasked or is estimated.</summary>
    public bool StreamOptions { get; init; } = true;

    /// <summary>Request parameters that are refused, or taken and ignored, at every model of the provider: they are not sent.</summary>
    public ImmutableArray<string> RefusedParameters
    {
        get;
        init
        {
            field = value;
            Changed |= RequestParameterNames.Of(value);
        }
    }

    = [];

    /// <summary>Request parameters with another name there: <c>seed</c> to <c>random_seed</c>.</summary>
    public ImmutableSortedDictionary<string, string> RenamedParameters
    {
        get;
        init
        {
            field = value;
            Changed |= RequestParameterNames.Of(value.Keys);
        }
    }

    = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The only parameters beside those that the gateway knows that are taken; null where any are. A provider of which this is said refuses
    /// every field that it does not know, also in messages and tools: no request passes to it as it came.</summary>
    public ImmutableArray<string>? OtherParameters { get; init; }

    /// <summary>How documents stand in messages.</summary>
    public DocumentForm DocumentForm { get; init; } = DocumentForm.File;

    /// <summary>How recordings stand in messages.</summary>
    public AudioForm AudioForm { get; init; } = AudioForm.Object;

    /// <summary>False where <c>cache_control</c>, which OpenAI's chat does not know, is refused: it is not sent.</summary>
    public bool CacheMarks { get; init; } = true;

    /// <summary>Parameters that a caller's own bytes must not carry to the provider: it refuses them, names them otherwise, or bounds them.</summary>
    public RequestParameters Changed { get; private init; } = RequestParameters.Reasoning;

    /// <summary>False where messages of the role <c>developer</c> must be sent as <c>system</c>.</summary>
    public bool DeveloperRole { get; init; } = true;

    /// <summary>False where a message with a <c>name</c> is refused.</summary>
    public bool MessageNames { get; init; } = true;

    /// <summary>True where the system may speak before all others only, the model must speak behind a tool's result, and none of its turns may be
    /// empty.</summary>
    public bool StrictTurns { get; init; }

    /// <summary>The highest temperature that is taken; null for the dialect's.</summary>
    public decimal? TemperatureMax
    {
        get;
        init
        {
            field = value;
            Changed |= value is null ? RequestParameters.None : RequestParameters.Temperature;
        }
    }

    /// <summary>How many stop sequences are taken; null for the dialect's number.</summary>
    public int? StopsMax
    {
        get;
        init
        {
            field = value;
            Changed |= value is null ? RequestParameters.None : RequestParameters.Stop;
        }
    }

    /// <summary>The exact length of the ids of tool calls, letters and digits only; null where any id is taken. Other ids are mapped to such and
    /// back.</summary>
    public int? ToolCallIdLength { get; init; }

    /// <summary>Where reasoning stands in a message and in a stream's delta.</summary>
    public ReasoningPlace ReasoningPlace { get; init; } = ReasoningPlace.ReasoningContent;

    /// <summary>How reasoning is asked for and turned off.</summary>
    public ReasoningForm ReasoningForm
    {
        get;
        init
        {
            field = value;
            Changed = value == ReasoningForm.Object ? Changed & ~RequestParameters.Reasoning : Changed | RequestParameters.Reasoning;
        }
    }

    = ReasoningForm.Effort;

    /// <summary>The efforts of reasoning that are known at every model of the provider: another becomes the nearest. Empty is any.</summary>
    public ImmutableArray<string> ReasoningEfforts { get; init; } = [];

    /// <summary>What becomes of the reasoning of earlier messages.</summary>
    public ReasoningHistory ReasoningHistory { get; init; } = ReasoningHistory.Optional;

    /// <summary>True where <c>completion_tokens</c> does not contain <c>reasoning_tokens</c>: they are added. Where the numbers themselves
    /// say so they are added anyhow.</summary>
    public bool ReasoningOutsideCompletion { get; init; }

    /// <summary>The member of usage with the cached prompt tokens where it is none of those that are known; they are inside the prompt tokens.</summary>
    public string? CachedTokensField { get; init; }

    /// <summary>How an answer is begun for the model to continue; not at all where nobody said: a model that begins anew would repeat itself.</summary>
    public PrefillForm PrefillForm { get; init; } = PrefillForm.None;

    /// <summary>True where the answer repeats the text that it was begun with.</summary>
    public bool RepeatsPrefill { get; init; }

    /// <summary>False where <c>response_format</c> knows <c>json_object</c> alone: a schema goes into the prompt.</summary>
    public bool JsonSchema
    {
        get;
        init
        {
            field = value;
            Changed |= value ? RequestParameters.None : RequestParameters.ResponseFormat;
        }
    }

    = true;

    /// <summary>False where pictures by address are not fetched: they are sent as data.</summary>
    public bool ImageUrls { get; init; } = true;

    /// <summary>What a bare number means in headers that tell when a limit is reset, where it is too small to be a time of the clock.</summary>
    public ResetUnit ResetUnit { get; init; } = ResetUnit.Seconds;
}
