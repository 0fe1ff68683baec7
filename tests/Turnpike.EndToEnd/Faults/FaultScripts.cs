using System.Text;

namespace Turnpike.EndToEnd.Faults;

/// <summary>An answer of sixty words, and the ways in which a provider can spoil it.</summary>
internal static class FaultScripts
{
    public const int Words = 60;

    public static string Whole { get; } = string.Concat(Enumerable.Range(0, Words).Select(Word));

    /// <summary>Faults of a stream after which the next endpoint answers.</summary>
    public static IReadOnlyDictionary<string, Func<Answer>> Streamed { get; } = new Dictionary<string, Func<Answer>>(StringComparer.Ordinal)
    {
        ["429 with Retry-After"] = static () => Answer.Error(429, "slow down", retryAfter: "7"),
        ["429 without Retry-After"] = static () => Answer.Error(429, "slow down"),
        ["503 always"] = static () => Answer.Error(503, "busy"),
        ["500"] = static () => Answer.Error(500, "oops"),
        ["reset before the head"] = static () => new() { RefuseAfterRequest = true },
        ["silence"] = static () => Answer.Stream([]).Then(new Step.Stall()),
        ["a slow first token"] = static () => Answer.Stream([Wire.Role()]).Then(new Step.Pause(TimeSpan.FromSeconds(20))).Then(Wire.Text("late")),
        ["cut after 40 words"] = static () => Begun(40).Then(new Step.Cut()),
        ["reset after 40 words"] = static () => Begun(40).Then(new Step.Reset()),
        ["a stall after 20 words"] = static () => Begun(20).Then(new Step.Stall()),
        ["a garbage event"] = static () => Begun(20).Then("data: {\"choices\":[{]]\n\n").Then(new Step.Stall()),
        ["an error event after 200"] = static () => Answer.Stream([Wire.Event(Wire.Error("overloaded", "overloaded"))]),
        ["an error event after 20 words"] = static () => Begun(20).Then(Wire.Event(Wire.Error("overloaded", "overloaded"))),
        ["an empty completion"] = static () => Answer.Stream([Wire.Role(), Wire.Finish(), Wire.Usage(10, 0), Wire.Done]),
        ["no finish reason"] = static () => Begun(40).Then(Wire.Done),
        ["the wrong content type"] = static () => Answer.Json("<html>busy</html>") with { ContentType = "text/html" },
        ["credit used up at the provider"] = static () => Answer.Error(400, "Your credit balance is too low to access the API."),
        ["the context is too short"] = static () => Answer.Error(400, "This model's maximum context length is 4096 tokens.", "context_length_exceeded"),
    };

    /// <summary>Oddities of a stream that is whole all the same.</summary>
    public static IReadOnlyDictionary<string, Func<Answer>> Odd { get; } = new Dictionary<string, Func<Answer>>(StringComparer.Ordinal)
    {
        ["no done mark"] = static () => Begun(Words).Then(Wire.Finish() + Wire.Usage(10, Words)),
        ["usage twice"] = static () => Begun(Words).Then(Wire.Finish() + Wire.Usage(10, Words) + Wire.Usage(10, Words) + Wire.Done),
        ["gzip"] = static () => Full().Gzip(),
        ["one byte a segment"] = static () => Bytewise(Full()),
        ["bytes after the done mark"] = static () => Full().Then("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"more\"}}]}\n\nrubbish"),
    };

    /// <summary>Faults of a whole answer after which the next endpoint answers.</summary>
    public static IReadOnlyDictionary<string, Func<Answer>> Unstreamed { get; } = new Dictionary<string, Func<Answer>>(StringComparer.Ordinal)
    {
        ["429 with Retry-After"] = Streamed["429 with Retry-After"],
        ["429 without Retry-After"] = Streamed["429 without Retry-After"],
        ["503 always"] = Streamed["503 always"],
        ["500"] = Streamed["500"],
        ["reset before the head"] = Streamed["reset before the head"],
        ["silence"] = static () => Answer.Json("") with { HeadGate = new TaskCompletionSource().Task },
        ["cut in the middle"] = static () => Cut(new Step.Cut()),
        ["reset in the middle"] = static () => Cut(new Step.Reset()),
        ["a stall in the middle"] = static () => Cut(new Step.Stall()),
        ["garbage"] = static () => Answer.Json("{\"choices\":[{]]"),
        ["an error in a 200"] = static () => Answer.Json(Wire.Error("overloaded", "overloaded")),
        ["an empty completion"] = static () => Answer.Json(Wire.Whole("", 10, 0)),
        ["the wrong content type"] = Streamed["the wrong content type"],
        ["credit used up at the provider"] = Streamed["credit used up at the provider"],
        ["the context is too short"] = Streamed["the context is too short"],
    };

    public static string Word(int number) => $"word{number} ";

    /// <summary>The whole stream, with usage and end mark.</summary>
    public static Answer Full() => Answer.Text(Enumerable.Range(0, Words).Select(Word));

    /// <summary>The first words of the stream, and no end.</summary>
    public static Answer Begun(int words) => Answer.Stream([Wire.Role(), .. Enumerable.Range(0, words).Select(static i => Wire.Text(Word(i)))]);

    private static Answer Cut(Step how) =>
        Answer.Json("") with { Framing = Framing.Chunked, Steps = [new Step.Send(Encoding.UTF8.GetBytes(Wire.Whole(Whole)[..200])), how] };

    private static Answer Bytewise(Answer answer) => answer with
    {
        Framing = Framing.UntilClose,
        Steps = [.. answer.Body().ToArray().Select(static b => new Step.Send(new[] { b }))],
    };
}
