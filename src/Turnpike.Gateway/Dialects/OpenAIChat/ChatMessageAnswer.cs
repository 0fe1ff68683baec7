using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads the messages and deltas of an answer, in all forms that vendors have.</summary>
/// <param name="text">The way of the text.</param>
/// <param name="calls">The tool calls so far.</param>
internal sealed class ChatMessageAnswer(ChatText text, ChatCalls calls)
{
    private ChatSources? _sources;
    private List<(int Choice, int Call)>? _inputs; // of a stream: texts of calls that more may come of

    /// <summary>The answer is no stream.</summary>
    public bool IsWhole { get; set; }

    /// <summary>The provider's id of the answer; null while it is not known.</summary>
    public string? AnswerId { get; set; }

    /// <summary>Sources that stand beside the choices. A message that names its own goes before them.</summary>
    public ChatSources Sources => _sources ??= new();

    /// <summary>The answer is at its end: the sources are told, where there are any.</summary>
    public void TellSources(AnswerSink sink) => _sources?.Tell(sink);

    /// <summary>The choice is at its end: its calls with a text have all of it.</summary>
    public void EndInputs(int choice, AnswerSink sink)
    {
        for (var i = 0; i < _inputs?.Count; i++)
        {
            if (_inputs[i].Choice == choice)
            {
                sink.ToolCallArguments(choice, _inputs[i].Call, FreeformTool.After);
                _inputs.RemoveAt(i--);
            }
        }
    }

    /// <param name="json">At the message; at its end afterwards.</param>
    public void Read(ref Utf8JsonReader json, ReadOnlySpan<byte> data, int choice, AnswerSink sink)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        var message = new ChatMessageMembers(ref json);
        var toldThought = message.Details is { } details && ChatDetailsReader.Read(data[details], choice, sink);
        if (!toldThought && message.Reasoning is { } reasoning)
        {
            sink.Reasoning(choice, new(ReasoningKind.Text, 0, format: null) { Text = data[reasoning] });
        }

        if (message is { IsContentList: true, Content: { } parts })
        {
            ChatParts.Read(data[parts], choice, sink, text);
        }
        else if (message.Content is { } content)
        {
            text.Take(choice, data[content], sink);
        }

        ReadBeside(message, data, choice, sink);
        if (message.ToolCalls is { } called)
        {
            ReadCalls(data[called], choice, sink);
        }
    }

    private void ReadBeside(in ChatMessageMembers message, ReadOnlySpan<byte> data, int choice, AnswerSink sink)
    {
        if (message.Refusal is { } refusal)
        {
            sink.Refusal(choice, data[refusal]);
        }

        if (message.Images is { } images)
        {
            ChatMediaAnswer.ReadImages(data[images], choice, sink);
        }

        if (message.Audio is { } audio)
        {
            sink.Audio(choice, data[audio]);
        }

        if (message.Annotations is { } annotations)
        {
            Sources.Leave();
            ChatMediaAnswer.ReadCitations(data[annotations], choice, sink);
        }
    }

    private void ReadCalls(ReadOnlySpan<byte> called, int choice, AnswerSink sink)
    {
        var json = new Utf8JsonReader(called);
        json.Read();
        if (json.TokenType == JsonTokenType.StartObject)
        {
            ReadCall(ref json, called, choice, sink); // function_call, the form before tools
            return;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.StartObject)
            {
                ReadCall(ref json, called, choice, sink);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private void ReadCall(ref Utf8JsonReader json, ReadOnlySpan<byte> called, int choice, AnswerSink sink)
    {
        var members = new ChatCallMembers(ref json);
        var call = calls.Take(choice, members, called, IsWhole, AnswerId);
        if (call.IsNew)
        {
            sink.ToolCallStart(choice, call.Number, call.Id, members.Name is { } name ? called[name] : default);
        }

        if (members.IsCustom)
        {
            ReadInput(call, members.Input is { } input ? called[input] : default, choice, sink);
        }
        else if (members.Arguments is { } arguments)
        {
            sink.ToolCallArguments(choice, call.Number, called[arguments]);
        }
        else if (members.ArgumentsObject is { } raw)
        {
            sink.ToolCallArguments(choice, call.Number, JsonText.Inside(called[raw]));
        }
    }

    // As arguments, which it stands in as a string: it is escaped once more.
    private void ReadInput(in ChatCallPiece call, ReadOnlySpan<byte> escaped, int choice, AnswerSink sink)
    {
        if (call.IsNew)
        {
            sink.ToolCallArguments(choice, call.Number, FreeformTool.Before);
        }

        sink.ToolCallArguments(choice, call.Number, JsonText.Inside(System.Text.Encoding.UTF8.GetString(escaped)));
        if (IsWhole)
        {
            sink.ToolCallArguments(choice, call.Number, FreeformTool.After);
        }
        else if (call.IsNew)
        {
            (_inputs ??= []).Add((choice, call.Number));
        }
    }
}
