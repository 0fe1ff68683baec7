using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat.Completions;

/// <summary>Pieces of text completions: what their stream and their whole answer have in common.</summary>
internal static class CompletionText
{
    /// <summary>The beginning of an answer or a chunk, up to its choices.</summary>
    public static void AppendHead(ref PooledBuffer output, AnswerContext context)
    {
        output.Append("{\"id\":"u8);
        output.Append(context.Identity.Id);
        output.Append(",\"object\":\"text_completion\",\"created\":"u8);
        JsonText.AppendNumber(ref output, context.Created);
        output.Append(",\"model\":"u8);
        output.Append(context.Identity.Model);
        output.Append(",\"provider\":"u8);
        output.Append(context.Identity.Provider);
        output.Append(",\"system_fingerprint\":null,\"choices\":"u8);
    }

    /// <summary>The end of a choice, behind its text.</summary>
    /// <param name="logprobs">As JSON; empty where there are none.</param>
    public static void AppendFinish(ref PooledBuffer output, string? normalised, string? native, ReadOnlySpan<byte> logprobs)
    {
        output.Append(",\"logprobs\":"u8);
        output.Append(logprobs.IsEmpty ? "null"u8 : logprobs);
        output.Append(",\"finish_reason\":"u8);
        output.Append(normalised is null ? "null"u8 : JsonText.Quote(normalised));
        output.Append(",\"native_finish_reason\":"u8);
        output.Append(native is null ? "null"u8 : JsonText.Quote(native));
        output.Append("}"u8);
    }

    /// <summary>The prompt (escaped), where the caller wants it before the answer (<c>echo</c>); empty else.</summary>
    public static byte[] EchoOf(NeutralRequest? request) =>
        request is { EchoesPrompt: true, Messages: [{ Parts: [TextPart { Text: var prompt }, ..] }, ..] }
            ? JsonText.Inside(System.Text.Encoding.UTF8.GetBytes(prompt)).ToArray()
            : [];
}
