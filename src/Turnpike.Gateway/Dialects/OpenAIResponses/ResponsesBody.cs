using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Writes the response object: what it is, what was asked, its output, its usage with the cost.</summary>
/// <remarks>Made before the request is sent: what was asked is a part of the caller's body, which is given back when the answer begins.</remarks>
/// <param name="asked">The whole request; null where the caller's own bytes were sent.</param>
internal sealed class ResponsesBody(NeutralRequest? asked)
{
    private static readonly byte[] Unknown =
        """
        ,"metadata":{},"parallel_tool_calls":true,"tool_choice":"auto","tools":[],"temperature":1,"top_p":1,"presence_penalty":0,"frequency_penalty":0,"max_output_tokens":null,"prompt_cache_key":null,"reasoning":{"effort":null,"summary":null},"text":{"format":{"type":"text"}},"top_logprobs":0,"truncation":"disabled","max_tool_calls":null,"safety_identifier":null
        """u8.ToArray();

    private readonly byte[] _asked = asked is null ? Unknown : Asked(asked);

    /// <param name="status">in_progress, completed, incomplete, failed.</param>
    /// <param name="reason">Why it is incomplete; null elsewhere.</param>
    public void Append(ref PooledBuffer output, AnswerContext context, IReadOnlyList<ResponsesItem> items, string status, string? reason = null)
    {
        output.Append("{\"id\":"u8);
        output.Append(context.Identity.Id);
        output.Append(",\"object\":\"response\",\"created_at\":"u8);
        JsonText.AppendNumber(ref output, context.Created);
        output.Append(",\"model\":"u8);
        output.Append(context.Identity.Model);
        output.Append(",\"provider\":"u8);
        output.Append(context.Identity.Provider);
        output.Append(",\"status\":\""u8);
        output.Append(Encoding.ASCII.GetBytes(status));
        output.Append("\",\"background\":false,\"store\":"u8);
        output.Append(context.Request.IsStored ? "true"u8 : "false"u8);
        output.Append(",\"previous_response_id\":"u8);
        output.Append(context.Request.PreviousResponse is { } previous ? JsonText.Quote(previous) : "null"u8);
        output.Append(",\"instructions\":null,\"incomplete_details\":"u8);
        output.Append(reason is null ? "null"u8 : Encoding.ASCII.GetBytes($"{{\"reason\":\"{reason}\"}}"));
        output.Append(",\"service_tier\":"u8);
        output.Append(TierOf(context, isOpen: status == "in_progress"));
        output.Append(_asked);
        output.Append(",\"output\":["u8);
        for (var i = 0; i < items.Count; i++)
        {
            output.Append(i > 0 ? ","u8 : default);
            ResponsesItemText.Append(ref output, items[i]);
        }

        output.Append("]"u8);
    }

    /// <summary>The end of a response that is under way.</summary>
    public static void AppendOpenEnd(ref PooledBuffer output) => output.Append(",\"completed_at\":null,\"error\":null,\"usage\":null}"u8);

    /// <summary>The end of a response that was booked.</summary>
    public static void AppendEnd(ref PooledBuffer output, in Settled settled, bool isCompleted)
    {
        output.Append(",\"completed_at\":"u8);
        if (isCompleted)
        {
            JsonText.AppendNumber(ref output, settled.EndedAt);
        }
        else
        {
            output.Append("null"u8);
        }

        output.Append(",\"error\":null,\"usage\":"u8);
        AppendUsage(ref output, settled);
        AnswerRewriter.AppendMetadata(ref output, settled.Metadata);
        output.Append("}"u8);
    }

    /// <summary>The end of a response that failed.</summary>
    public static void AppendError(ref PooledBuffer output, GatewayError error)
    {
        output.Append(",\"completed_at\":null,\"error\":{\"code\":"u8);
        output.Append(JsonText.Quote(ResponsesErrorCodes.Of(error)));
        output.Append(",\"message\":"u8);
        output.Append(JsonText.Quote(error.Message));
        output.Append("},\"error_type\":"u8);
        output.Append(JsonText.Quote(error.Type));
        output.Append(",\"usage\":null"u8);
        AnswerRewriter.AppendMetadata(ref output, error.RouteMetadata);
        output.Append("}"u8);
    }

    /// <summary>A usage object of ours.</summary>
    public static void AppendUsage(ref PooledBuffer output, in Settled settled)
    {
        TokenUsage usage = settled.Bill.Usage;
        Number(ref output, "{\"input_tokens\":"u8, usage.PromptTokens);
        Number(ref output, ",\"input_tokens_details\":{\"cached_tokens\":"u8, usage.CachedTokens ?? 0); // clients' types have no null here
        Number(ref output, ",\"cache_write_tokens\":"u8, usage.CacheWriteTokens ?? 0);
        Number(ref output, "},\"output_tokens\":"u8, usage.CompletionTokens);
        Number(ref output, ",\"output_tokens_details\":{\"reasoning_tokens\":"u8, usage.ReasoningTokens ?? 0);
        Number(ref output, "},\"total_tokens\":"u8, usage.TotalTokens);
        AnswerRewriter.AppendCost(ref output, settled);
        output.Append("}"u8);
    }

    private static void Number(ref PooledBuffer output, ReadOnlySpan<byte> member, long number)
    {
        output.Append(member);
        JsonText.AppendNumber(ref output, number);
    }

    // Clients' types want these members in every response.
    private static byte[] Asked(NeutralRequest asked)
    {
        using var buffer = new PooledWriter(1024);
        using (var json = JsonWriting.To(buffer))
        {
            json.WriteStartObject();
            json.WritePropertyName("metadata"u8);
            var metadata = asked.Others.FirstOrDefault(static o => o.Name == "metadata")?.Json ?? default;
            json.WriteRawValue(metadata.IsEmpty ? "{}"u8 : metadata.Span, skipInputValidation: true);
            json.WriteBoolean("parallel_tool_calls"u8, asked.ParallelToolCalls ?? true);
            ResponsesToolWriter.WriteChoice(json, asked.ToolChoice ?? new(ToolChoiceKind.Auto), asked.Tools);
            ResponsesToolWriter.WriteTools(json, asked.Tools, isTold: true);
            WriteNumber(json, "temperature"u8, asked.Sampling.Temperature, usual: 1); // where nothing was said, as OpenAI says it
            WriteNumber(json, "top_p"u8, asked.Sampling.TopP, usual: 1);
            WriteNumber(json, "presence_penalty"u8, asked.Sampling.PresencePenalty, usual: 0);
            WriteNumber(json, "frequency_penalty"u8, asked.Sampling.FrequencyPenalty, usual: 0);
            if (asked.OutputLimit is { } limit)
            {
                json.WriteNumber("max_output_tokens"u8, limit);
            }
            else
            {
                json.WriteNull("max_output_tokens"u8);
            }

            json.WriteString("prompt_cache_key"u8, asked.PromptCacheKey);
            WriteHow(json, asked);
            json.WriteEndObject();
        }

        using var written = buffer.Take();
        byte[] members = [(byte)',', .. written.Span[1..^1]];

        // Callers' own JSON may stand in lines of its own. An event has one, and in JSON a line's end is as good as a space.
        members.AsSpan().Replace((byte)'\n', (byte)' ');
        members.AsSpan().Replace((byte)'\r', (byte)' ');
        return members;
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? said, int usual)
    {
        if (said is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNumber(name, usual); // quicker written than as a fraction
        }
    }

    private static void WriteHow(Utf8JsonWriter json, NeutralRequest asked)
    {
        json.WriteStartObject("reasoning"u8);
        json.WriteString("effort"u8, asked.Reasoning?.Effort);
        json.WriteString("summary"u8, asked.Reasoning?.Summary);
        json.WriteEndObject();
        json.WriteStartObject("text"u8);
        json.WritePropertyName("format"u8);
        json.WriteRawValue(
            asked.ResponseFormat?.Raw is { Dialect: Core.Catalog.Dialects.OpenAIResponses } format ? format.Json.Span : """{"type":"text"}"""u8,
            skipInputValidation: true);
        json.StringIf("verbosity", asked.Verbosity);
        json.WriteEndObject();
        json.WriteNumber("top_logprobs"u8, asked.Sampling.TopLogprobs ?? 0);
        json.WriteString("truncation"u8, "disabled"u8);
        json.WriteNull("max_tool_calls"u8);
        json.WriteNull("safety_identifier"u8);
    }

    // Providers have tiers that clients' types do not know; those are their usual one.
    private static ReadOnlySpan<byte> TierOf(AnswerContext context, bool isOpen) => (context.Facts.ServiceTier ?? (isOpen ? context.Request.ServiceTier : null)) switch
    {
        "flex" => "\"flex\""u8,
        "priority" => "\"priority\""u8,
        "scale" => "\"scale\""u8,
        null when isOpen => "\"auto\""u8,
        _ => "\"default\""u8,
    };
}
