using System.Text.Json;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Where the members of one event of a stream stand; ranges of strings are their insides, others the whole value. A member of
/// another kind than it should be is none.</summary>
internal readonly struct ResponsesEvent
{
    /// <param name="json">At the event's opening brace; at its closing one afterwards.</param>
    public ResponsesEvent(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("type"u8))
            {
                Type = Value(ref json, JsonTokenType.String);
            }
            else if (json.ValueTextEquals("delta"u8))
            {
                Delta = Value(ref json, JsonTokenType.String);
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
                ItemId = Value(ref json, JsonTokenType.String);
            }
            else if (json.ValueTextEquals("item"u8))
            {
                Item = Value(ref json, JsonTokenType.StartObject);
            }
            else if (json.ValueTextEquals("response"u8))
            {
                Response = Value(ref json, JsonTokenType.StartObject);
            }
            else if (json.ValueTextEquals("annotation"u8))
            {
                Annotation = Value(ref json, JsonTokenType.StartObject);
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

    private static Range Value(ref Utf8JsonReader json, JsonTokenType kind)
    {
        json.Read();
        var start = (int)json.TokenStartIndex;
        var isMeant = json.TokenType == kind;
        json.Skip();
        return !isMeant ? default : kind == JsonTokenType.String ? (start + 1)..((int)json.BytesConsumed - 1) : start..(int)json.BytesConsumed;
    }

    private static int Number(ref Utf8JsonReader json)
    {
        json.Read();
        var number = json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var known) && known >= 0 ? known : 0;
        json.Skip();
        return number;
    }
}
