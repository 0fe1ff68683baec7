using System.Text.Json;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Settlement;

namespace Turnpike.Gateway.Dialects.Embeddings;

/// <summary>Embeddings on their way to the caller: the provider's own bytes, but for id, model, provider and usage. One pass; vectors are
/// neither parsed nor copied twice.</summary>
internal sealed class EmbeddingFlow(AnswerContext context) : OperationFlow(context)
{
    public override void AppendWholeEnd(in Settled settled)
    {
        var usage = settled.Bill.Usage;
        Output.Append(",\"usage\":{"u8);
        AppendCount("prompt_tokens"u8, usage.PromptTokens);
        AppendCount("total_tokens"u8, usage.TotalTokens);
        AppendCost(settled);
        Output.Append("}}"u8);
    }

    protected override bool TryTake(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        Output.Append("{\"id\":"u8);
        Output.Append(Context.Identity.Id);
        Output.Append(",\"model\":"u8);
        Output.Append(Context.Identity.Model);
        Output.Append(",\"provider\":"u8);
        Output.Append(Context.Identity.Provider);
        var vectors = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)json.TokenStartIndex;
            if (TakeMember(ref json, ref vectors))
            {
                Output.Append(","u8);
                Output.Append(body[start..(int)json.BytesConsumed]);
            }
        }

        Facts.HasContent = vectors > 0;
        return Facts.Error is not null || vectors == ((EmbeddingWish)Context.Request.Wish!).Inputs; // of the same format
    }

    // True where the member goes to the caller as it came.
    private bool TakeMember(ref Utf8JsonReader json, ref int vectors)
    {
        if (json.ValueTextEquals("data"u8))
        {
            json.Read();
            vectors = Vectors(ref json);
            return true;
        }

        var isUsage = json.ValueTextEquals("usage"u8);
        var isError = json.ValueTextEquals("error"u8);
        var isId = json.ValueTextEquals("id"u8);
        var isOurs = isUsage || isError || isId || json.ValueTextEquals("model"u8) || json.ValueTextEquals("provider"u8);
        json.Read();
        if ((isUsage || isError || isId) && json.TokenType != JsonTokenType.Null)
        {
            using var value = JsonDocument.ParseValue(ref json);
            Learn(value.RootElement, isUsage, isError);
        }
        else
        {
            json.Skip();
        }

        return !isOurs;
    }

    private void Learn(JsonElement value, bool isUsage, bool isError)
    {
        if (isUsage)
        {
            Facts.Usage = OperationUsage.Read(value);
        }
        else if (isError)
        {
            Facts.Error = ChatErrorReader.ReadValue(value);
        }
        else if (value.ValueKind == JsonValueKind.String)
        {
            Facts.UpstreamId = Core.Errors.GatewayErrors.Bounded(value.GetString()!, 128);
        }
    }

    // An entry without a vector is none.
    private static int Vectors(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return 0;
        }

        var vectors = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject)
            {
                json.Skip();
            }
            else if (IsVector(ref json))
            {
                vectors++;
            }
        }

        return vectors;
    }

    private static bool IsVector(ref Utf8JsonReader json)
    {
        var isVector = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isEmbedding = json.ValueTextEquals("embedding"u8);
            json.Read();
            isVector |= isEmbedding && json.TokenType is (JsonTokenType.StartArray or JsonTokenType.String);
            json.Skip();
        }

        return isVector;
    }
}
