using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Writes a piece of reasoning as an element of <c>reasoning_details</c>.</summary>
internal static class ChatReasoningText
{
    private static ReadOnlySpan<byte> UnknownFormat => "\"unknown\""u8;

    public static void AppendDetail(ref PooledBuffer output, in ReasoningDelta delta)
    {
        output.Append(delta.Kind switch
        {
            ReasoningKind.Text => "{\"type\":\"reasoning.text\""u8,
            ReasoningKind.Summary => "{\"type\":\"reasoning.summary\""u8,
            ReasoningKind.Encrypted => "{\"type\":\"reasoning.encrypted\""u8,
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        AppendString(ref output, delta.Kind switch
        {
            ReasoningKind.Text => ",\"text\":\""u8,
            ReasoningKind.Summary => ",\"summary\":\""u8,
            ReasoningKind.Encrypted => ",\"data\":\""u8,
            _ => throw new System.Diagnostics.UnreachableException(),
        }, delta.Text);
        AppendString(ref output, ",\"signature\":\""u8, delta.Signature);
        AppendString(ref output, ",\"id\":\""u8, delta.Id);
        output.Append(",\"format\":"u8);
        output.Append(delta.Format is { } format ? JsonText.Quote(format) : UnknownFormat);
        output.Append(",\"index\":"u8);
        JsonText.AppendNumber(ref output, delta.Block);
        output.Append("}"u8);
    }

    private static void AppendString(ref PooledBuffer output, scoped ReadOnlySpan<byte> member, scoped ReadOnlySpan<byte> inside)
    {
        if (!inside.IsEmpty)
        {
            output.Append(member);
            output.Append(inside);
            output.Append("\""u8);
        }
    }
}
