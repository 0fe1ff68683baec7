using System.Text.Json;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Where the members of one event of a stream stand; ranges of strings are their insides, others the whole value.</summary>
internal readonly struct ResponsesEvent
{
    /// <param name="json">At the event's opening brace; at its closing one afterwards.</param>
    public ResponsesEvent(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("type"u8))
            {
                Type = Value(ref json);
            }
            else if (json.ValueTextEquals("delta"u8))
            {
                Delta = Value(ref json);
            }
            else if (json.ValueTextEquals("output_index"u8))
            {
                OutputIndex = Number(ref json);
            }
            else if (json.ValueTextEquals("summary_index"u8))
            {
                SummaryIndex = Number(ref json);
            }
            else if (json.ValueTextEquals("item_id"u8))
            {
                ItemId = Value(ref json);
            }
            else if (json.ValueTextEquals("item"u8))
            {
                Item = Value(ref json);
            }
            else if (json.ValueTextEquals("response"u8))
            {
                Response = Value(ref json);
            }
            else if (json.ValueTextEquals("annotation"u8))
            {
                Annotation = Value(ref json);
            }
            else if (json.ValueTextEquals("sequence_number"u8))
            {
                SequenceNumber = Number(ref json);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }
    }

    public Range Type { get; }

    public Range Delta { get; }

    public int OutputIndex { get; }

    public int SummaryIndex { get; }

    public int SequenceNumber { get; }

    public Range ItemId { get; }

    public Range Item { get; }

    public Range Response { get; }

    public Range Annotation { get; }

    private static Range Value(ref Utf8JsonReader json)
    {
        json.Read();
        var start = (int)json.TokenStartIndex;
        if (json.TokenType == JsonTokenType.String)
        {
            return (start + 1)..((int)json.BytesConsumed - 1);
        }

        var isObject = json.TokenType == JsonTokenType.StartObject;
        json.Skip();
        return isObject ? start..(int)json.BytesConsumed : default;
    }

    private static int Number(ref Utf8JsonReader json)
    {
        json.Read();
        var number = json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var known) && known >= 0 ? known : 0;
        json.Skip();
        return number;
    }
}
