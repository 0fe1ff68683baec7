using System.Text;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>The caller's body for one endpoint.</summary>
internal static class MessagesRequestBody
{
    public static PiecedBody Of(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target) =>
        SplicedBody.Of(body, request, target, Inserted(request, target));

    /// <summary>The same for counting, which takes no output limit and is asked for none.</summary>
    public static PiecedBody ForCounting(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target) =>
        SplicedBody.Of(body, request, target, default);

    // Anthropic wants the limit said. A null that stands in the body is Anthropic's to refuse.
    private static byte[] Inserted(InferenceRequest request, UpstreamTarget target)
    {
        foreach (var splice in request.Splices)
        {
            if (splice.Kind == SpliceKind.OutputLimit)
            {
                return [];
            }
        }

        return Encoding.ASCII.GetBytes($"\"max_tokens\":{AnthropicNeutralWriter.LimitOf(request.OutputLimit, target)},");
    }
}
