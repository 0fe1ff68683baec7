using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Writes the events of a stream one after the other, numbered without gaps. Writes nothing where the answer is not streamed.</summary>
/// <param name="isStream">Whether the caller streams.</param>
internal sealed class ResponsesEvents(bool isStream)
{
    private int _next;

    public bool IsStream => isStream;

    /// <summary>The number of the next event.</summary>
    public void StartAt(int number) => _next = number;

    /// <summary>The item has begun, or is done.</summary>
    public void Item(ref PooledBuffer output, ReadOnlySpan<byte> type, ResponsesItem item)
    {
        if (!isStream)
        {
            return;
        }

        Open(ref output, type);
        output.Append(",\"output_index\":"u8);
        JsonText.AppendNumber(ref output, item.Index);
        output.Append(",\"item\":"u8);
        ResponsesItemText.Append(ref output, item);
        Close(ref output);
    }

    /// <summary>The part has begun, or is done.</summary>
    public void Part(ref PooledBuffer output, ResponsesItem item, ResponsesPart part, bool isDone)
    {
        if (!isStream)
        {
            return;
        }

        var isSummary = part.Kind == ResponsesPartKind.Summary;
        OpenPart(
            ref output,
            (isSummary, isDone) switch
            {
                (true, true) => "response.reasoning_summary_part.done"u8,
                (true, false) => "response.reasoning_summary_part.added"u8,
                (false, true) => "response.content_part.done"u8,
                (false, false) => "response.content_part.added"u8,
            },
            item,
            part);
        output.Append(",\"part\":"u8);
        ResponsesItemText.Append(ref output, part);
        Close(ref output);
    }

    /// <summary>A piece of a part's text.</summary>
    public void Delta(ref PooledBuffer output, ResponsesItem item, ResponsesPart part, ReadOnlySpan<byte> escaped)
    {
        if (!isStream)
        {
            return;
        }

        OpenPart(
            ref output,
            part.Kind switch
            {
                ResponsesPartKind.Text => "response.output_text.delta"u8,
                ResponsesPartKind.Refusal => "response.refusal.delta"u8,
                ResponsesPartKind.Summary => "response.reasoning_summary_text.delta"u8,
                ResponsesPartKind.Thought => "response.reasoning_text.delta"u8,
                _ => throw new System.Diagnostics.UnreachableException(),
            },
            item,
            part);
        output.Append(",\"delta\":\""u8);
        output.Append(escaped);
        output.Append(part.Kind == ResponsesPartKind.Text ? "\",\"logprobs\":[]"u8 : "\""u8);
        Close(ref output);
    }

    /// <summary>A part's text is whole.</summary>
    public void Done(ref PooledBuffer output, ResponsesItem item, ResponsesPart part)
    {
        if (!isStream)
        {
            return;
        }

        OpenPart(
            ref output,
            part.Kind switch
            {
                ResponsesPartKind.Text => "response.output_text.done"u8,
                ResponsesPartKind.Refusal => "response.refusal.done"u8,
                ResponsesPartKind.Summary => "response.reasoning_summary_text.done"u8,
                ResponsesPartKind.Thought => "response.reasoning_text.done"u8,
                _ => throw new System.Diagnostics.UnreachableException(),
            },
            item,
            part);
        output.Append(part.Kind == ResponsesPartKind.Refusal ? ",\"refusal\":\""u8 : ",\"text\":\""u8);
        output.Append(part.Text.Span);
        output.Append("\""u8);
        if (part.Kind == ResponsesPartKind.Text)
        {
            output.Append(",\"logprobs\":["u8);
            output.Append(part.Logprobs.Span);
            output.Append("]"u8);
        }

        Close(ref output);
    }

    /// <summary>A source that the text names.</summary>
    /// <param name="number">Which of the part's, from zero.</param>
    public void Annotation(ref PooledBuffer output, ResponsesItem item, ResponsesPart part, int number, ReadOnlySpan<byte> json)
    {
        if (!isStream)
        {
            return;
        }

        OpenPart(ref output, "response.output_text.annotation.added"u8, item, part);
        output.Append(",\"annotation_index\":"u8);
        JsonText.AppendNumber(ref output, number);
        output.Append(",\"annotation\":"u8);
        output.Append(json);
        Close(ref output);
    }

    /// <summary>A piece of a call's arguments, or all of them.</summary>
    public void Arguments(ref PooledBuffer output, ResponsesItem item, ReadOnlySpan<byte> escaped, bool isDone)
    {
        if (!isStream || item.IsFreeform)
        {
            return;
        }

        Open(ref output, isDone ? "response.function_call_arguments.done"u8 : "response.function_call_arguments.delta"u8);
        AppendPlace(ref output, item);
        if (isDone)
        {
            output.Append(",\"name\":\""u8);
            output.Append(item.Name);
            output.Append("\""u8);
        }

        output.Append(isDone ? ",\"arguments\":\""u8 : ",\"delta\":\""u8);
        output.Append(escaped);
        output.Append("\""u8);
        Close(ref output);
    }

    /// <summary>The text that a call is made with, whole.</summary>
    public void Input(ref PooledBuffer output, ResponsesItem item)
    {
        if (!isStream)
        {
            return;
        }

        var input = item.Input;
        Input(ref output, item, "response.custom_tool_call_input.delta"u8, ",\"delta\":\""u8, input);
        Input(ref output, item, "response.custom_tool_call_input.done"u8, ",\"input\":\""u8, input);
    }

    private void Input(ref PooledBuffer output, ResponsesItem item, ReadOnlySpan<byte> type, ReadOnlySpan<byte> member, byte[] input)
    {
        Open(ref output, type);
        AppendPlace(ref output, item);
        output.Append(member);
        output.Append(input);
        output.Append("\""u8);
        Close(ref output);
    }

    /// <summary>The beginning of an event, up to its number.</summary>
    public void Open(ref PooledBuffer output, ReadOnlySpan<byte> type)
    {
        output.Append("event: "u8);
        output.Append(type);
        output.Append("\ndata: {\"type\":\""u8);
        output.Append(type);
        output.Append("\",\"sequence_number\":"u8);
        JsonText.AppendNumber(ref output, _next++);
    }

    public static void Close(ref PooledBuffer output) => output.Append("}\n\n"u8);

    private void OpenPart(ref PooledBuffer output, ReadOnlySpan<byte> type, ResponsesItem item, ResponsesPart part)
    {
        Open(ref output, type);
        AppendPlace(ref output, item);
        output.Append(part.Kind == ResponsesPartKind.Summary ? ",\"summary_index\":"u8 : ",\"content_index\":"u8);
        JsonText.AppendNumber(ref output, part.Index);
    }

    private static void AppendPlace(ref PooledBuffer output, ResponsesItem item)
    {
        output.Append(",\"item_id\":\""u8);
        output.Append(item.Id);
        output.Append("\",\"output_index\":"u8);
        JsonText.AppendNumber(ref output, item.Index);
    }
}
