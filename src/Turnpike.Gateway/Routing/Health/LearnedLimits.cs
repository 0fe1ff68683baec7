using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Routing.Health;

/// <summary>How long an endpoint is waited for, by how long it usually takes: never longer than it is configured, never shorter than a floor.</summary>
/// <param name="FirstTokenP99">Seconds to the first token that one in a hundred answers exceeds; zero while too little was seen.</param>
/// <param name="GapP99">Seconds of the longest silence within an answer that one in a hundred exceeds; zero while none was seen.</param>
internal sealed record LearnedLimits(float FirstTokenP99, float GapP99)
{
    /// <summary>Answers that must have been seen before anything is learned from them.</summary>
    public const int SamplesMin = 32;

    public static readonly LearnedLimits Nothing = new(0, 0);

    /// <summary>Seconds to the first token that one in twenty answers exceeds; zero while too little was seen.</summary>
    public float FirstTokenP95 { get; init; }

    /// <summary>Seconds to the end of an answer that is not streamed, which one in twenty exceeds; zero while too little was seen.</summary>
    public float WholeP95 { get; init; }

    /// <summary>So many times what is rare is no more a slow answer but none.</summary>
    private const double Slack = 4;

    public ProviderTimeouts Apply(ProviderTimeouts configured, TimeSpan floor) => configured with
    {
        FirstToken = Limit(FirstTokenP99, configured.FirstToken, floor),
        Idle = Limit(GapP99, configured.Idle, floor),
    };

    private static TimeSpan Limit(float p99, TimeSpan configured, TimeSpan floor)
    {
        if (p99 <= 0)
        {
            return configured;
        }

        var learned = TimeSpan.FromSeconds(p99 * Slack);
        return learned < floor ? Least(floor, configured) : Least(learned, configured);
    }

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
