using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;

namespace Turnpike.TestKit;

/// <summary>What a scripted provider answers to one request: head, and steps.</summary>
public sealed record Answer
{
    public int Status { get; init; } = 200;

    public Framing Framing { get; init; } = Framing.Chunked;

    public string? ContentType { get; init; } = "text/event-stream";

    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    public ImmutableArray<Step> Steps { get; init; } = [];

    /// <summary>Waited for before the head is sent.</summary>
    public Task HeadGate { get; init; } = Task.CompletedTask;

    /// <summary>Takes the connection down instead of answering.</summary>
    public bool RefuseAfterRequest { get; init; }

    /// <summary>An event stream: each text is sent in a write of its own, exactly as it is given.</summary>
    public static Answer Stream(params IEnumerable<string> events) => new() { Steps = [.. events.Select(Bytes)] };

    /// <summary>A binary event stream: each message (<see cref="EventStream"/>) is sent in a write of its own.</summary>
    public static Answer EventMessages(params IEnumerable<byte[]> messages) => new()
    {
        ContentType = TestKit.EventStream.ContentType,
        Steps = [.. messages.Select(static m => (Step)new Step.Send(m))],
    };

    /// <summary>A stream of a usual answer: role, contents, finish reason, usage, end.</summary>
    public static Answer Text(IEnumerable<string> contents, int promptTokens = 10, int? completionTokens = null, string finishReason = "stop")
    {
        List<string> pieces = [.. contents];
        return Stream([
            Wire.Role(),
            .. pieces.Select(static p => Wire.Text(p)),
            Wire.Finish(finishReason),
            Wire.Usage(promptTokens, completionTokens ?? pieces.Count),
            Wire.Done,
        ]);
    }

    /// <summary>A whole answer.</summary>
    public static Answer Json(string body, int status = 200) => Json(Encoding.UTF8.GetBytes(body), status);

    /// <inheritdoc cref="Json(string, int)"/>
    public static Answer Json(ReadOnlyMemory<byte> body, int status = 200) => new()
    {
        Status = status,
        ContentType = "application/json",
        Framing = Framing.ContentLength,
        Steps = [new Step.Send(body)],
    };

    /// <summary>A refusal in OpenAI's shape.</summary>
    public static Answer Error(int status, string message = "scripted failure", string? code = null, string? retryAfter = null)
    {
        var answer = Json(Wire.Error(message, code), status);
        return retryAfter is null ? answer : answer.With("Retry-After", retryAfter);
    }

    /// <summary>What the request asks for: a stream or a whole answer with these texts and this usage.</summary>
    public static Answer For(ProviderExchange request, IReadOnlyList<string> contents, int promptTokens, int completionTokens) => request.IsStream
        ? Text(contents, promptTokens, completionTokens)
        : Json(Wire.Whole(string.Concat(contents), promptTokens, completionTokens));

    public Answer With(string header, string value) => this with { Headers = Headers.Add((header, value)) };

    public Answer Then(params IEnumerable<Step> steps) => this with { Steps = Steps.AddRange(steps) };

    public Answer Then(string text) => Then(Bytes(text));

    /// <summary>The same body in one write, split at a position into two.</summary>
    public Answer SplitAt(int position)
    {
        var body = Body();
        return this with { Steps = [new Step.Send(body[..position]), new Step.Send(body[position..])] };
    }

    /// <summary>The same body compressed, with the header that says so.</summary>
    public Answer Gzip()
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Body().Span);
        }

        return (this with { Steps = [new Step.Send(buffer.ToArray())] }).With("Content-Encoding", "gzip");
    }

    /// <summary>All bytes that would be sent.</summary>
    public ReadOnlyMemory<byte> Body() => Steps.OfType<Step.Send>().SelectMany(static s => s.Bytes.ToArray()).ToArray();

    private static Step Bytes(string text) => new Step.Send(Encoding.UTF8.GetBytes(text));
}
