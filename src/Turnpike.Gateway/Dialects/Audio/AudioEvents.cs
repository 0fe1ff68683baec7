using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>What events of speech and of transcriptions have in common.</summary>
internal static class AudioEvents
{
    /// <summary>An error in a stream that has begun. OpenAI's clients look for <c>error</c>, whatever the event's type.</summary>
    public static void AppendError(ref PooledBuffer output, GatewayError error)
    {
        output.Append("data: {\"type\":\"error\","u8);
        ChatTailWriter.AppendErrorMember(ref output, error);
        AnswerRewriter.AppendMetadata(ref output, error.RouteMetadata);
        output.Append("}\n\n"u8);
    }
}
