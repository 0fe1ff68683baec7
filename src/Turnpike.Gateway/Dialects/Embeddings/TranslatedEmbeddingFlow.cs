using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Embeddings;

/// <summary>Embeddings of another dialect on their way to the caller: numbers as they came, or as base64 where that was asked for.</summary>
internal sealed class TranslatedEmbeddingFlow(AnswerContext context, IEmbeddingDialect dialect) : ParsedFlow(context)
{
    public override void AppendWholeEnd(in Settled settled)
    {
        Output.Append("],\"usage\":{"u8);
        AppendCount("prompt_tokens"u8, settled.Bill.Usage.PromptTokens);
        AppendCount("total_tokens"u8, settled.Bill.Usage.TotalTokens);
        AppendCost(settled);
        Output.Append("}}"u8);
    }

    protected override bool TryTake(JsonElement root)
    {
        Output.Append("{\"id\":"u8);
        Output.Append(Context.Identity.Id);
        Output.Append(",\"object\":\"list\",\"model\":"u8);
        Output.Append(Context.Identity.Model);
        Output.Append(",\"provider\":"u8);
        Output.Append(Context.Identity.Provider);
        Output.Append(",\"data\":["u8);
        var wish = (EmbeddingWish)Context.Request.Wish!; // of the same format
        var count = 0;
        foreach (var vector in dialect.VectorsOf(root) ?? [])
        {
            if (vector.ValueKind != JsonValueKind.Array)
            {
                return false;
            }

            AppendVector(vector, count++, wish.AsBase64);
        }

        Facts.HasContent = count > 0;
        Facts.UpstreamId = root.Text("id") is { } id ? Core.Errors.GatewayErrors.Bounded(id, 128) : null;
        Facts.Usage = dialect.TokensOf(root) is { } tokens ? new(tokens, 0) : null;
        return count == wish.Inputs;
    }

    private void AppendVector(JsonElement vector, int index, bool asBase64)
    {
        Output.Append(index == 0 ? "{\"object\":\"embedding\",\"index\":"u8 : ",{\"object\":\"embedding\",\"index\":"u8);
        JsonText.AppendNumber(ref Output, index);
        Output.Append(",\"embedding\":"u8);
        Output.Append(asBase64 ? Base64Of(vector) : Encoding.ASCII.GetBytes(vector.GetRawText()));
        Output.Append("}"u8);
    }

    // OpenAI's form: 32-bit numbers, the least byte first, which is how all machines of ours keep them.
    private static byte[] Base64Of(JsonElement vector)
    {
        var numbers = vector.EnumerateArray().Select(static n => n.GetSingle()).ToArray();
        return Encoding.ASCII.GetBytes($"\"{Convert.ToBase64String(MemoryMarshal.AsBytes<float>(numbers))}\"");
    }
}
