using System.Globalization;
using System.Text;
using System.Text.Json;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Rerank;

/// <summary>An order of documents on its way to the caller, each with the document itself. Results stand under <c>results</c> or
/// <c>data</c>, what was used under <c>usage</c>, <c>meta.tokens</c> or <c>meta.billed_units</c>.</summary>
internal sealed class RerankFlow(AnswerContext context) : ParsedFlow(context)
{
    public override void AppendWholeEnd(in Settled settled)
    {
        var units = (Counted ?? Context.Request.Wish!.UnitsEstimate).SearchUnits;
        var usage = settled.Bill.Usage;
        Output.Append("],\"meta\":{\"billed_units\":{\"search_units\":"u8); // Cohere's clients look here, Together's want all three counts of tokens
        JsonText.AppendNumber(ref Output, units);
        Output.Append("}},\"usage\":{"u8);
        AppendCount("search_units"u8, units);
        AppendCount("prompt_tokens"u8, usage.PromptTokens);
        AppendCount("completion_tokens"u8, usage.CompletionTokens);
        AppendCount("total_tokens"u8, usage.TotalTokens);
        AppendCost(settled);
        Output.Append("}}"u8);
    }

    protected override bool TryTake(JsonElement root)
    {
        if (!(root.TryMember("results", out var results) || root.TryMember("data", out results)) || results.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        Output.Append("{\"id\":"u8);
        Output.Append(Context.Identity.Id);
        Output.Append(",\"model\":"u8);
        Output.Append(Context.Identity.Model);
        Output.Append(",\"provider\":"u8);
        Output.Append(Context.Identity.Provider);
        Output.Append(",\"results\":["u8);
        var documents = ((RerankWish)Context.Request.Wish!).Documents; // of the same format
        foreach (var result in results.EnumerateArray())
        {
            if (result.Integer("index") is not { } index || index < 0 || index >= documents.Length || result.Number("relevance_score") is not { } score)
            {
                return false;
            }

            AppendResult((int)index, score, documents[(int)index]);
        }

        Learn(root);
        return true;
    }

    private void AppendResult(int index, double score, byte[] document)
    {
        if (Facts.HasContent)
        {
            Output.Append(","u8);
        }

        Facts.HasContent = true;
        Output.Append(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"index\":{index},\"relevance_score\":{score},\"document\":")));
        Output.Append(document);
        Output.Append("}"u8);
    }

    private void Learn(JsonElement root)
    {
        Facts.UpstreamId = root.Text("id") is { } id ? Core.Errors.GatewayErrors.Bounded(id, 128) : null;
        var units = UnitsOf(root);
        Facts.Usage = Usage(root);
        Counted = units is { } known ? new WorkUnits { SearchUnits = known } : null;
    }

    private static TokenUsage? Usage(JsonElement root) =>
        root.TryMember("usage", out var usage) && OperationUsage.Read(usage) is { } told ? told
        : !root.TryMember("meta", out var meta) ? null
        : meta.TryMember("tokens", out var tokens) && OperationUsage.Read(tokens) is { } counted ? counted
        : meta.TryMember("billed_units", out var billed) ? OperationUsage.Read(billed)
        : null;

    private static int? UnitsOf(JsonElement root) =>
        root.TryMember("meta", out var meta) && meta.TryMember("billed_units", out var billed) ? OperationUsage.Count(billed, "search_units")
        : root.TryMember("usage", out var usage) ? OperationUsage.Count(usage, "search_units")
        : null;
}
