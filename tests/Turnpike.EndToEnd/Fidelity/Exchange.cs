using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>One recorded exchange: a folder with what the provider must be sent, what it replies, and what callers must be told.</summary>
/// <remarks><c>expected.json</c>, and beside it: <c>request.json</c> (a part of the provider's request), <c>reply.json</c>, <c>reply.sse</c>,
/// <c>reply.ndjson</c> or <c>reply.events</c>, and <c>back.json</c> (a part of the second request, which gives the answer back).</remarks>
internal sealed class Exchange(ExchangeDialect dialect, string folder)
{
    private const string MessagesFile = "reply.events";

    // The files that a stream may stand in, and its content type.
    private static readonly Dictionary<string, string> _streams = new()
    {
        ["reply.sse"] = "text/event-stream", ["reply.ndjson"] = "application/x-ndjson", [MessagesFile] = EventStream.ContentType,
    };

    private readonly JsonObject _expected = ExchangeFiles.Json(Path.Combine(folder, "expected.json"));

    public ExchangeDialect Dialect { get; } = dialect;

    /// <summary>The feature, perhaps with a word behind it: <c>error.rate-limit</c>.</summary>
    public string Name { get; } = Path.GetFileName(folder);

    public string Feature => ExchangeFiles.FeatureOf(Name);

    /// <summary>How callers call the model: every exchange has its own, so that none suffers from another's failures.</summary>
    public string Model => $"{Dialect.Id}/{Name}";

    /// <summary>How the provider calls it.</summary>
    public string UpstreamModel => (string?)_expected["model"] ?? Dialect.Model;

    /// <summary>Fields of its endpoint in the configuration.</summary>
    public JsonObject Endpoint => _expected["endpoint"]?.AsObject() ?? [];

    /// <summary>The answer is given back in a second request.</summary>
    public bool HasSecondTurn => File.Exists(At("back.json"));

    /// <summary>The same exchange of a plain answer, which ends second turns.</summary>
    public Exchange Plain => Dialect.Exchanges.First(static e => e.Name == "plain");

    /// <summary>What is expected at a surface: the exchange's words, and those that hold for this surface alone.</summary>
    public JsonObject ExpectedAt(string surface)
    {
        var expected = (JsonObject)_expected.DeepClone();
        var special = expected["surfaces"]?[surface]?.AsObject();
        expected.Remove("surfaces");
        foreach (var (name, value) in special ?? [])
        {
            expected[name] = value?.DeepClone();
        }

        return expected;
    }

    /// <summary>A part of what the provider must be sent by callers of a surface; null where nothing is said.</summary>
    public JsonObject? RequestAt(string surface, string file = "request")
    {
        string[] names = [$"{file}.{surface}.json", $"{file}.json"];
        return names.Select(At).Where(File.Exists).Select(ExchangeFiles.Json).FirstOrDefault();
    }

    /// <summary>The ways in which it was recorded.</summary>
    public IReadOnlyList<ReplayWay> Ways
    {
        get
        {
            var isError = (int?)_expected["reply"]?["status"] is >= 400;
            List<ReplayWay> ways = [];
            if (File.Exists(At("reply.json")) || !HasStream)
            {
                ways.Add(ReplayWay.Whole);
            }

            if (HasStream || isError)
            {
                ways.Add(ReplayWay.Streamed);
            }

            if (IsCut)
            {
                ways.Add(ReplayWay.Closed);
            }

            return ways;
        }
    }

    /// <summary>What the provider replies; an exchange without a reply is one that does not reach it.</summary>
    public Answer Reply(ReplayWay way)
    {
        if (way != ReplayWay.Whole && StreamFile is { } file)
        {
            var answer = file == MessagesFile
                ? RecordedStream.OfMessages(File.ReadLines(At(file)))
                : RecordedStream.OfText(File.ReadAllText(At(file)).ReplaceLineEndings(Dialect.LineEnd), _streams[file]);
            return IsCut && way == ReplayWay.Streamed ? answer.Then(new Step.Cut()) : answer;
        }

        if (!File.Exists(At("reply.json")))
        {
            return Answer.Error(500);
        }

        var whole = Answer.Json(File.ReadAllBytes(At("reply.json")), (int?)_expected["reply"]?["status"] ?? 200);
        foreach (var (name, value) in _expected["reply"]?["headers"]?.AsObject() ?? [])
        {
            whole = whole.With(name, (string)value!);
        }

        return whole;
    }

    private bool IsCut => (bool?)_expected["cut"] == true;

    private bool HasStream => StreamFile is not null;

    private string? StreamFile => _streams.Keys.FirstOrDefault(f => File.Exists(At(f)));

    private string At(string name) => Path.Combine(folder, name);
}
