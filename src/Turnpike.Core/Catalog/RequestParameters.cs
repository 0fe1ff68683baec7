using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Turnpike.Core.Catalog;

/// <summary>The parameters of a request that endpoints say whether they support. One flag stands for several spellings of one thing.</summary>
[Flags]
public enum RequestParameters
{
    None = 0,
    Temperature = 1 << 0,
    TopP = 1 << 1,
    TopK = 1 << 2,
    MinP = 1 << 3,
    TopA = 1 << 4,
    FrequencyPenalty = 1 << 5,
    PresencePenalty = 1 << 6,
    RepetitionPenalty = 1 << 7,

    /// <summary><c>max_tokens</c> and <c>max_completion_tokens</c>.</summary>
    MaxTokens = 1 << 8,
    LogitBias = 1 << 9,
    Logprobs = 1 << 10,
    TopLogprobs = 1 << 11,
    Prediction = 1 << 12,
    Seed = 1 << 13,
    ResponseFormat = 1 << 14,
    StructuredOutputs = 1 << 15,
    Stop = 1 << 16,
    Tools = 1 << 17,
    ToolChoice = 1 << 18,
    ParallelToolCalls = 1 << 19,

    /// <summary><c>reasoning</c>, <c>include_reasoning</c> and <c>reasoning_effort</c>.</summary>
    Reasoning = 1 << 20,
    WebSearchOptions = 1 << 21,
    Verbosity = 1 << 22,
}

/// <summary>The names of parameters, as requests and catalogues have them.</summary>
public static class RequestParameterNames
{
    private static readonly FrozenDictionary<string, RequestParameters> _byName = new Dictionary<string, RequestParameters>(StringComparer.Ordinal)
    {
        ["temperature"] = RequestParameters.Temperature,
        ["top_p"] = RequestParameters.TopP,
        ["top_k"] = RequestParameters.TopK,
        ["min_p"] = RequestParameters.MinP,
        ["top_a"] = RequestParameters.TopA,
        ["frequency_penalty"] = RequestParameters.FrequencyPenalty,
        ["presence_penalty"] = RequestParameters.PresencePenalty,
        ["repetition_penalty"] = RequestParameters.RepetitionPenalty,
        ["max_tokens"] = RequestParameters.MaxTokens,
        ["max_completion_tokens"] = RequestParameters.MaxTokens,
        ["logit_bias"] = RequestParameters.LogitBias,
        ["logprobs"] = RequestParameters.Logprobs,
        ["top_logprobs"] = RequestParameters.TopLogprobs,
        ["prediction"] = RequestParameters.Prediction,
        ["seed"] = RequestParameters.Seed,
        ["response_format"] = RequestParameters.ResponseFormat,
        ["structured_outputs"] = RequestParameters.StructuredOutputs,
        ["stop"] = RequestParameters.Stop,
        ["tools"] = RequestParameters.Tools,
        ["functions"] = RequestParameters.Tools,
        ["tool_choice"] = RequestParameters.ToolChoice,
        ["function_call"] = RequestParameters.ToolChoice,
        ["parallel_tool_calls"] = RequestParameters.ParallelToolCalls,
        ["reasoning"] = RequestParameters.Reasoning,
        ["include_reasoning"] = RequestParameters.Reasoning,
        ["reasoning_effort"] = RequestParameters.Reasoning,
        ["web_search_options"] = RequestParameters.WebSearchOptions,
        ["verbosity"] = RequestParameters.Verbosity,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly ImmutableArray<(string Name, RequestParameters Flag)> _first =
    [
        .. _byName.GroupBy(static p => p.Value).OrderBy(static flag => flag.Key)
            .Select(static flag => (flag.Select(static p => p.Key).OrderBy(static n => n.Length).ThenBy(static n => n, StringComparer.Ordinal).First(), flag.Key)),
    ];

    // What only some models or hosts know, and others answer with an error.
    private const RequestParameters Extensions = RequestParameters.TopK | RequestParameters.MinP | RequestParameters.TopA
        | RequestParameters.RepetitionPenalty | RequestParameters.Reasoning | RequestParameters.WebSearchOptions
        | RequestParameters.Verbosity | RequestParameters.Tools | RequestParameters.ToolChoice | RequestParameters.ResponseFormat;

    private const RequestParameters RefusedByReasoners = RequestParameters.Temperature | RequestParameters.TopP | RequestParameters.FrequencyPenalty
        | RequestParameters.PresencePenalty | RequestParameters.LogitBias | RequestParameters.Logprobs | RequestParameters.TopLogprobs
        | RequestParameters.Stop;

    private static readonly FrozenDictionary<string, RequestParameters>.AlternateLookup<ReadOnlySpan<char>> _byChars =
        _byName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The flag of a field's name (UTF-8); none when it is not one of the parameters.</summary>
    public static RequestParameters Find(ReadOnlySpan<byte> name)
    {
        Span<char> chars = stackalloc char[32];
        return name.Length <= chars.Length && System.Text.Encoding.UTF8.TryGetChars(name, chars, out var written)
            && _byChars.TryGetValue(chars[..written], out var found)
            ? found
            : RequestParameters.None;
    }

    /// <inheritdoc cref="Find(ReadOnlySpan{byte})"/>
    public static RequestParameters Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The flags of a catalogue's list.</summary>
    public static RequestParameters Of(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var all = RequestParameters.None;
        foreach (var name in names)
        {
            all |= Find(name);
        }

        return all;
    }

    /// <summary>What an endpoint that lists these parameters is not sent. Lists of models are rarely whole in what every model of a dialect takes
    /// (<c>stop</c>, <c>seed</c>), so that its being missing says something only at models that reason, which refuse to be sampled otherwise.</summary>
    public static RequestParameters RefusedWithout(RequestParameters listed)
    {
        var telling = Extensions | ((listed & RequestParameters.Reasoning) != 0 ? RefusedByReasoners : RequestParameters.None);
        return telling & ~listed;
    }

    /// <summary>The names of flags, the first spelling of each.</summary>
    public static IEnumerable<string> Names(RequestParameters parameters)
    {
        foreach (var (name, flag) in _first)
        {
            if ((parameters & flag) != 0)
            {
                yield return name;
            }
        }
    }
}
