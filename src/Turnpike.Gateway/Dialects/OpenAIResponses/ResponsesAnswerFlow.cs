using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>An answer from a provider of the same dialect: its own bytes, but for id, model and what it cost.</summary>
internal sealed class ResponsesAnswerFlow(AnswerContext context) : AnswerFlow
{
    private static readonly byte[] True = "true"u8.ToArray();
    private static readonly byte[] False = "false"u8.ToArray();

    // Clients' types want these members in every response, and providers leave them out.
    private static readonly WantedMember[] Wanted =
    [
        WantedMember.OrNull("completed_at"), WantedMember.OrNull("error"), WantedMember.OrNull("frequency_penalty"), WantedMember.OrNull("incomplete_details"),
        WantedMember.OrNull("instructions"), WantedMember.OrNull("metadata"), WantedMember.OrNull("presence_penalty"), WantedMember.OrNull("temperature"), WantedMember.OrNull("top_p"),
        new("parallel_tool_calls"u8.ToArray(), True), new("tool_choice"u8.ToArray(), "\"auto\""u8.ToArray()), new("tools"u8.ToArray(), "[]"u8.ToArray()),
    ];

    // Clients take a response of which nothing is said for one that is kept, and go on with its id alone.
    private static readonly WantedMember[] WantedOfStored = [.. Wanted, new("store"u8.ToArray(), True)];
    private static readonly WantedMember[] WantedOfOthers = [.. Wanted, new("store"u8.ToArray(), False)];

    private readonly ResponsesAnswerReader _reader = new(Neutral.ReasoningFormats.OpenAIResponses);
    private readonly CountingSink _sink = new(context.Facts);
    private readonly ResponsesBody _body = new(context.Neutral);
    private byte[] _last = [];
    private string _lastType = "";
    private int _next;

    // What is ours to say of storing is said here, whatever the provider does.
    private readonly AnswerIdentity _identity = context.Identity with
    {
        Store = context.Request.IsStored ? True : False,
        PreviousResponse = context.Request.PreviousResponse is { } previous ? JsonText.Quote(previous) : null,
        Wanted = context.Request.IsStored ? WantedOfStored : WantedOfOthers,
    };

    public override StreamStep TakeEvent(ReadOnlySpan<byte> data)
    {
        var step = _reader.ReadEvent(data, _sink);
        if (step == StreamStep.Garbage || context.Facts.Error is not null || data.SequenceEqual("[DONE]"u8))
        {
            return step;
        }

        var json = new Utf8JsonReader(data);
        json.Read();
        var read = new ResponsesEvent(ref json);
        _next = read.SequenceNumber + 1;
        if (step == StreamStep.End)
        {
            _last = data.ToArray(); // told with its cost, once that is known
            _lastType = Encoding.UTF8.GetString(data[read.Type]);
            return step;
        }

        OpenEvent(data[read.Type]);
        AnswerRewriter.Append(ref Output, data, read.Response, _identity);
        Output.Append("\n\n"u8);
        return step;
    }

    public override bool TryTakeWhole(ReadOnlySpan<byte> body)
    {
        _last = body.ToArray();
        return _reader.TryReadWhole(body, _sink);
    }

    public override void AppendWholeEnd(in Settled settled) =>
        AnswerRewriter.AppendBooked(ref Output, _last, .., _identity, settled, ResponsesBody.AppendUsage);

    public override void AppendEnd(in Settled settled, bool isCut)
    {
        if (_last.Length > 0 && !isCut)
        {
            var json = new Utf8JsonReader(_last);
            json.Read();
            OpenEvent(Encoding.UTF8.GetBytes(_lastType));
            AnswerRewriter.AppendBooked(ref Output, _last, new ResponsesEvent(ref json).Response, _identity, settled, ResponsesBody.AppendUsage);
            Output.Append("\n\n"u8);
            return;
        }

        OpenState("response.incomplete"u8);
        _body.Append(ref Output, context, [], "incomplete", ResponsesFinish.MaxOutputTokens);
        ResponsesBody.AppendEnd(ref Output, settled, isCompleted: false);
        ResponsesEvents.Close(ref Output);
    }

    public override void AppendError(GatewayError error)
    {
        OpenState("response.failed"u8);
        _body.Append(ref Output, context, [], "failed");
        ResponsesBody.AppendError(ref Output, error);
        ResponsesEvents.Close(ref Output);
    }

    // Items that began cannot be gone on with under the numbers that the provider gave them.
    public override AnswerWriter? Continued() => null;

    private void OpenState(ReadOnlySpan<byte> type)
    {
        var events = new ResponsesEvents(isStream: true);
        events.StartAt(_next);
        events.Open(ref Output, type);
        Output.Append(",\"response\":"u8);
    }

    private void OpenEvent(ReadOnlySpan<byte> type)
    {
        Output.Append("event: "u8);
        Output.Append(type);
        Output.Append("\ndata: "u8);
    }
}
