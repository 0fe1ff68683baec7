using Turnpike.Gateway.Dispatch.Rescue;
using Turnpike.Gateway.Media;
using Turnpike.Gateway.Plugins;

namespace Turnpike.Gateway;

/// <summary>What an operator can set of the request's way. Validated whole at start; see docs/configuration.md.</summary>
public sealed record GatewayOptions
{
    public RequestLimits Limits { get; init; } = new();

    public StreamOptions Streaming { get; init; } = new();

    public MediaOptions Media { get; init; } = new();

    public PluginOptions Plugins { get; init; } = new();

    public ReplayOptions Replay { get; init; } = new();

    public ResponseCacheOptions ResponseCache { get; init; } = new();

    public ImageOptions Images { get; init; } = new();

    public ResponseOptions Responses { get; init; } = new();

    public FreeModelLimits FreeModels { get; init; } = new();

    public RoutingOptions Routing { get; init; } = new();

    /// <summary>Presets by their slugs: each the JSON of fields that stand behind those of a request that names it.</summary>
    public IReadOnlyDictionary<string, string> Presets { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long open streams may go on after SIGTERM. Default 30 s, 0 to 10 min.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Addresses that /metrics and other operators' pages are bound to instead of the public ones; empty is the public ones.</summary>
    public IReadOnlyList<string> AdminUrls { get; init; } = [];
}

public sealed record RequestLimits
{
    /// <summary>The largest request body, bytes. Default 64 MiB, 1 KiB to 1 GiB.</summary>
    public long BodyBytesMax { get; init; } = 64 << 20;

    /// <summary>The largest answer of a provider that is held whole, and the most of a stream before its first content, bytes. Default 64 MiB, 1 KiB to 1 GiB.</summary>
    public int AnswerBytesMax { get; init; } = 64 << 20;

    /// <summary>The largest single event of a provider's stream, bytes. Default 16 MiB, 1 KiB to 256 MiB.</summary>
    public int EventBytesMax { get; init; } = 16 << 20;

    /// <summary>All request headers together, bytes. Default 32 KiB, 1 KiB to 1 MiB.</summary>
    public int HeaderBytesMax { get; init; } = 32 << 10;

    /// <summary>How long a caller may take to send its headers. Default 30 s, 1 s to 10 min.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a caller may take to send its body. Default 2 min, 1 s to 1 h.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long an unused connection of a caller stays open. Default 2 min, 1 s to 1 h.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Attempts of one request at most, over all endpoints. Default 4, 1 to 16.</summary>
    public int AttemptsMax { get; init; } = 4;

    /// <summary>What is learned of an endpoint's pace does not make it be waited for less than this. Default 10 s, 100 ms to 1 h.</summary>
    public TimeSpan LearnedFloor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a request may take over all of its attempts. Default 15 min, 100 ms to 24 h.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(15);
}

public sealed record StreamOptions
{
    /// <summary>Time without a byte to the caller after which a comment is sent. Default 5 s, 0 to 10 min; zero turns it off.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The comment that is sent, without the leading <c>: </c>. Default <c>TURNPIKE PROCESSING</c>.</summary>
    public string KeepAliveComment { get; init; } = "TURNPIKE PROCESSING";

    /// <summary>What is done with a stream that breaks, where the request does not say. Default: another endpoint goes on with it.</summary>
    public RescueMode Rescue { get; init; } = RescueMode.Continue;
}

/// <summary>Answers that are kept for repeated requests and broken connections: in memory, of this process.</summary>
public sealed record ReplayOptions
{
    /// <summary>Every request is kept, not only those that ask for it. Default off.</summary>
    public bool Always { get; init; }

    /// <summary>How long an answer is kept after its end. Default 10 min, 0 to 24 h.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a request goes on that nobody is connected to. Default 30 s, 0 to 1 h.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of one answer that are kept, its latest. Default 4 MiB, 1 KiB to 256 MiB.</summary>
    public int AnswerBytesMax { get; init; } = 4 << 20;

    /// <summary>Bytes of all answers. Default 256 MiB, 1 MiB to 64 GiB.</summary>
    public long BytesMax { get; init; } = 256 << 20;

    /// <summary>Answers in all. Default 10,000, 1 to 1,000,000.</summary>
    public int AnswersMax { get; init; } = 10_000;
}

/// <summary>Limits on requests to <c>:free</c> models, per account; only successful ones count. Zero is no limit.</summary>
public sealed record FreeModelLimits
{
    /// <summary>Requests a minute. Default 20, 0 to 10⁹.</summary>
    public int PerMinute { get; init; } = 20;

    /// <summary>Requests a day. Default 50, 0 to 10⁹.</summary>
    public int PerDay { get; init; } = 50;

    /// <summary>Requests a day of accounts that were ever granted <see cref="CreditThresholdUsd"/> or more. Default 1000, 0 to 10⁹.</summary>
    public int PerDayWithCredit { get; init; } = 1000;

    /// <summary>Dollars. Default 10, 0 to 1,000,000.</summary>
    public decimal CreditThresholdUsd { get; init; } = 10;
}

public sealed record RoutingOptions
{
    /// <summary>How requests are balanced where no wish decides: <c>measured</c> or <c>classic</c>. Default <c>measured</c>.</summary>
    public string Strategy { get; init; } = Strategies[0];

    /// <summary>Days for which the record of each route is stored. Default 30, 0 to 3650; zero keeps the latest 4,096 in memory alone.</summary>
    public int RecordDays { get; init; } = 30;

    public HedgingOptions Hedging { get; init; } = new();

    /// <summary>The words that <see cref="Strategy"/> takes; the first is the default.</summary>
    public static IReadOnlyCollection<string> Words => Strategies;

    private static readonly string[] Strategies = [.. Routing.Decisions.RouteDecider.StrategyNames];
}
